package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Host;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.PoolCompression;
import io.nspawn.model.PoolState;
import io.nspawn.model.PoolState.Backing;
import io.nspawn.model.Size;
import io.nspawn.model.UnsupportedException;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device becomes the pool only if it is empty or a btrfs already; every other one keeps its last byte. */
@LabTest({"bookworm", "trixie"})
class DevicePoolTest {
    private static final int MIB = 1 << 20;

    private PoolScratch scratch;
    private Host host;

    @BeforeEach
    void uncover() {
        scratch = new PoolScratch();
        host = Host.local();
    }

    @AfterEach
    void cover() {
        host.close();
        scratch.close();
    }

    @Test
    void anEmptyDeviceBecomesThePool() {
        Path device = scratch.device("empty.img", "300M");

        PoolState.Ready pool = host.pool().ensureDevice(device, PoolCompression.LZO);

        assertThat(pool.backing()).isEqualTo(new Backing.BlockDevice(device));
        assertThat(pool.size()).isEqualTo(Size.parse("300M"));
        assertThat(host.pool().ensureDevice(device).filesystem()).isEqualTo(pool.filesystem());
        assertThat(host.pool().ensureLoopback(Size.parse("1G")).backing()).isEqualTo(pool.backing());
        assertThat(PoolScratch.FILE).doesNotExist();
        assertThat(Command.run("findmnt", "-no", "OPTIONS", "--mountpoint", PoolScratch.POOL.toString()))
                .contains("noatime");
        assertThat(Command.run("stat", "--format=%a", PoolScratch.POOL.toString()))
                .isEqualTo("700\n");
        assertThat(Command.run("systemctl", "is-enabled", "var-lib-machines.mount"))
                .isEqualTo("enabled\n");
    }

    @Test
    void aBtrfsIsAdoptedAsItIs() throws IOException {
        Path device = scratch.device("theirs.img", "300M");
        Command.run("mkfs.btrfs", "--quiet", device.toString());
        Command.run("mount", device.toString(), PoolScratch.POOL.toString());
        Files.writeString(PoolScratch.POOL.resolve("kept"), "kept");
        String uuid = Command.run("findmnt", "-no", "UUID", "--mountpoint", PoolScratch.POOL.toString())
                .strip();
        Command.run("umount", PoolScratch.POOL.toString());

        PoolState.Ready pool = host.pool().ensureDevice(device);

        assertThat(pool.filesystem()).hasToString(uuid);
        assertThat(PoolScratch.POOL.resolve("kept")).hasContent("kept");
    }

    @Test
    void itGrowsWithItsDevice() {
        Path device = scratch.device("grown.img", "300M");
        host.pool().ensureDevice(device);
        assertThatThrownBy(() -> host.pool().grow(Size.parse("1G")))
                .isInstanceOf(NoSpaceException.class)
                .hasMessageContaining("1073741824");
        Command.run("truncate", "--size=1G", PoolScratch.fileOf(device).toString());
        Command.run("losetup", "--set-capacity", device.toString());

        assertThat(host.pool().grow(Size.parse("500M")).size()).isEqualTo(Size.parse("500M"));
        assertThat(host.pool().growToBacking().size()).isEqualTo(Size.parse("1G"));
    }

    @Test
    void anotherDeviceIsRefusedWhereThePoolIs() {
        host.pool().ensureDevice(scratch.device("one.img", "300M"));
        refused(scratch.device("two.img", "300M"), AlreadyExistsException.class, "there already", "unmount it first");
    }

    /** What tells each, as its own program writes it. */
    @Test
    void aDeviceWithAFilesystemIsRefused() throws IOException {
        Path ext = scratch.device("ext.img", "120M");
        write(ext, 1024 + 56, HexFormat.of().parseHex("53ef"));
        refused(ext, AlreadyExistsException.class, "ext2", "wipefs");
        Path luks = scratch.device("luks.img", "120M");
        write(luks, 0, HexFormat.of().parseHex("4c554b53babe0001"));
        refused(luks, AlreadyExistsException.class, "crypto_LUKS", "wipefs");
    }

    @Test
    void aDeviceWithSwapIsRefused() {
        Path device = scratch.device("swap.img", "120M");
        Command.run("mkswap", device.toString());
        refused(device, AlreadyExistsException.class, "swap", "wipefs");
    }

    @Test
    void aPartitionedDeviceIsRefused() throws IOException {
        Path device = scratch.device("dos.img", "120M");
        // One partition of type 83 from sector 2048 on, and the signature of the table.
        write(device, 446, HexFormat.of().parseHex("00000000830000000008000000e80300"));
        write(device, 510, HexFormat.of().parseHex("55aa"));
        refused(device, AlreadyExistsException.class, "partition table of type dos", "wipefs");
    }

    @Test
    void aDeviceWithAPartitionTableBesideItsBtrfsIsRefused() throws IOException {
        Path device = scratch.device("both.img", "120M");
        Command.run("mkfs.btrfs", "--quiet", device.toString());
        write(device, 446, HexFormat.of().parseHex("00000000830000000008000000e80300"));
        write(device, 510, HexFormat.of().parseHex("55aa"));
        refused(device, AlreadyExistsException.class, "on it", "wipefs");
    }

    @Test
    void aDeviceWithDataThatNobodyKnowsIsRefused() throws IOException {
        Path first = scratch.device("first.img", "120M");
        write(first, 4711, "precious".getBytes(StandardCharsets.US_ASCII));
        refused(first, AlreadyExistsException.class, "first or last mebibyte", "blkdiscard");
        Path last = scratch.device("last.img", "120M");
        write(last, 120L * MIB - 1, new byte[] {1});
        refused(last, AlreadyExistsException.class, "first or last mebibyte", "blkdiscard");
    }

    @Test
    void aMountedDeviceIsRefused() {
        Path device = scratch.device("mounted.img", "120M");
        Command.run("mkfs.btrfs", "--quiet", device.toString());
        Command.run("mkdir", "-p", "/run/lt-mounted");
        Command.run("mount", "-o", "ro", device.toString(), "/run/lt-mounted");
        try {
            refused(device, BusyException.class, "mounted", "Name a device that nobody uses");
        } finally {
            Command.run("umount", "/run/lt-mounted");
            Command.run("rmdir", "/run/lt-mounted");
        }
    }

    @Test
    void whatIsNoBlockDeviceIsRefused() {
        Path file = scratch.file("plain.img", "120M");
        assertThatThrownBy(() -> host.pool().ensureDevice(file))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("there is no such block device")
                .hasMessageContaining("lsblk");
        assertThatThrownBy(() -> host.pool().ensureDevice(Path.of("/dev/null"))).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> host.pool().ensureDevice(Path.of("/dev/lt-none")))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> host.pool().ensureDevice(Path.of("dev/sda")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDeviceThatIsTooSmallIsRefused() {
        refused(scratch.device("small.img", "108M"), UnsupportedException.class, "114294784", "Name a larger one");
    }

    @Test
    void aPlaceThatIsNotEmptyIsRefused() {
        Path device = scratch.device("unused.img", "120M");
        Command.run("mkdir", PoolScratch.POOL.resolve("precious").toString());
        refused(device, AlreadyExistsException.class, "precious", "Move it away");
    }

    private void refused(Path device, Class<? extends NspawnException> type, String words, String remedy) {
        PoolState before = host.pool().state();
        String content = digest(device);

        assertThatThrownBy(() -> host.pool().ensureDevice(device))
                .isInstanceOf(type)
                .hasMessageContaining(words)
                .hasMessageContaining(remedy);

        assertThat(digest(device)).isEqualTo(content);
        assertThat(identity(host.pool().state())).isEqualTo(identity(before));
        assertThat(Files.exists(PoolScratch.UNIT)).isEqualTo(before instanceof PoolState.Ready);
    }

    /** What free space there is changes by itself. */
    private static String identity(PoolState state) {
        return state instanceof PoolState.Ready pool
                ? pool.filesystem() + " of " + pool.size() + " on " + pool.backing()
                : state.getClass().getName();
    }

    private static String digest(Path device) {
        return Command.run("sha256sum", device.toString());
    }

    private static void write(Path device, long at, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rwd")) {
            file.seek(at);
            file.write(bytes);
        }
    }
}
