package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Host;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.PoolCompression;
import io.nspawn.model.PoolState;
import io.nspawn.model.PoolState.Backing;
import io.nspawn.model.Size;
import io.nspawn.model.UnsupportedException;
import io.nspawn.testkit.lab.LabTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host without a pool gets one in a file, whatever happens meanwhile, and nothing else is touched. */
@LabTest({"bookworm", "trixie"})
class LoopbackPoolTest {
    private static final Size SMALL = Size.parse("300M");
    private static final Size LARGE = Size.parse("1G");

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

    @AfterAll
    static void theLabHasItsPoolAgain() {
        try (Host lab = Host.local()) {
            assertThat(lab.images().find(Setup.image())).isPresent();
        }
    }

    @Test
    void aBareHostGetsAPool() throws IOException {
        assertThat(host.pool().state()).isInstanceOf(PoolState.Empty.class);
        assertThatThrownBy(() -> host.images().list())
                .isInstanceOf(HostNotReadyException.class)
                .hasMessageContaining("ensureLoopback");

        PoolState.Ready pool = host.pool().ensureLoopback(LARGE, PoolCompression.ZSTD);

        assertThat(pool.backing()).isEqualTo(new Backing.LoopFile(PoolScratch.FILE));
        assertThat(pool.size()).isEqualTo(LARGE);
        assertThat(host.images().list()).isEmpty();
        assertThat(Files.size(PoolScratch.FILE)).isEqualTo(LARGE.bytes());
        assertThat(allocated(PoolScratch.FILE)).isLessThan(LARGE.bytes() / 10);
        assertThat(mode(PoolScratch.FILE)).isEqualTo("rw-------");
        assertThat(mode(PoolScratch.POOL)).isEqualTo("rwx------");
        assertThat(mountOptions().split(",")).contains("noatime", "compress=zstd:1");
        assertThat(Command.run("systemctl", "is-enabled", "var-lib-machines.mount"))
                .isEqualTo("enabled\n");
        assertThat(Command.run("systemd-escape", "--path", "--suffix=mount", PoolScratch.POOL.toString()))
                .isEqualTo(PoolScratch.UNIT.getFileName() + "\n");
    }

    @Test
    void onceMadeItIsLeftAlone() throws IOException {
        PoolState.Ready first = host.pool().ensureLoopback(LARGE);
        Command.run("touch", PoolScratch.POOL.resolve("mine").toString());
        Set<String> before = state();

        PoolState.Ready second = host.pool().ensureLoopback(LARGE);
        PoolState.Ready smaller = host.pool().ensureLoopback(SMALL);

        assertThat(second.filesystem()).isEqualTo(first.filesystem());
        assertThat(smaller.size()).isEqualTo(LARGE);
        assertThat(state()).isEqualTo(before);
    }

    /** All that a boot does is that PID 1 reads the units and starts what is enabled. */
    @Test
    void itIsMountedAtTheNextBoot() throws IOException {
        host.pool().ensureLoopback(SMALL);
        Path kept = PoolScratch.POOL.resolve("kept");
        Files.writeString(kept, "kept");
        host.close();
        Command.run("systemctl", "stop", "var-lib-machines.mount");
        assertThat(kept).doesNotExist();
        assertThat(Command.run("losetup", "--associated", PoolScratch.FILE.toString()))
                .isEmpty();

        Command.run("systemctl", "daemon-reexec");
        Command.run("systemctl", "start", "local-fs.target");
        Await.until("mount of the pool", () -> Files.exists(kept));

        assertThat(kept).hasContent("kept");
        assertThat(mountOptions().split(",")).contains("noatime");
        host = Host.local();
        assertThat(host.pool().state()).isInstanceOf(PoolState.Ready.class);
    }

    @Test
    void itGrowsWhileItIsWrittenTo() throws Exception {
        host.pool().ensureLoopback(SMALL);
        Path written = PoolScratch.POOL.resolve("written");
        Process writer = new ProcessBuilder(
                        "sh",
                        "-c",
                        "i=0; while [ $i -lt 40 ]; do dd if=/dev/zero bs=10M count=1 status=none || exit; i=$((i + 1));"
                                + " [ $i != 10 ] || while [ $(stat -c %s " + PoolScratch.FILE + ") -lt "
                                + LARGE.bytes() + " ]; do sleep 0.01; done; done > " + written)
                .start();
        try {
            Await.until("begun writing", () -> length(written) >= 100 << 20);

            PoolState.Ready pool = host.pool().grow(LARGE);

            assertThat(pool.size()).isEqualTo(LARGE);
            assertThat(writer.waitFor()).isZero();
        } finally {
            writer.destroyForcibly().waitFor();
        }
        assertThat(Files.size(PoolScratch.FILE)).isEqualTo(LARGE.bytes());
        assertThat(Files.size(written)).isGreaterThan(SMALL.bytes());
        assertThat(host.pool().grow(SMALL).size()).isEqualTo(LARGE);
        Command.run("btrfs", "scrub", "start", "-B", PoolScratch.POOL.toString());
    }

    @Test
    void aGrowthThatWasKilledIsDoneByTheNext() {
        host.pool().ensureLoopback(SMALL);
        Command.run("truncate", "--size=" + LARGE.bytes(), PoolScratch.FILE.toString());

        assertThat(host.pool().grow(LARGE).size()).isEqualTo(LARGE);
    }

    /** The program that makes the btrfs makes it, and then the library dies before it knows. */
    @Test
    void aPoolWhoseMakerWasKilledIsMadeByTheNext(@TempDir Path directory) throws Exception {
        Path slow = directory.resolve("mkfs.btrfs");
        Files.writeString(
                slow,
                "#!/bin/sh\n/sbin/mkfs.btrfs \"$@\" || exit\necho $$ > " + directory + "/here.new && mv " + directory
                        + "/here.new " + directory + "/here\nexec sleep infinity\n");
        Files.setPosixFilePermissions(slow, PosixFilePermissions.fromString("rwxr-xr-x"));
        ProcessBuilder maker = new ProcessBuilder(Command.java(PoolMain.class, SMALL.exact()));
        maker.environment().merge("PATH", directory + ":", (path, first) -> first + path);
        Process process = maker.redirectErrorStream(true).start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            Await.until("btrfs made", () -> Files.exists(directory.resolve("here")) || !process.isAlive());
            assertThat(process.isAlive())
                    .as("%s", process.isAlive() ? "" : output.lines().toList())
                    .isTrue();
        } finally {
            process.destroyForcibly().waitFor();
            Command.result("kill", Files.readString(directory.resolve("here")).strip());
        }
        assertThat(PoolScratch.FILE).doesNotExist();
        assertThat(host.pool().state()).isInstanceOf(PoolState.Empty.class);

        host.pool().ensureLoopback(SMALL);

        assertThat(besides()).containsExactly("machines", "machines.raw");
    }

    @Test
    void aPoolThatWasKilledBeforeItsMountIsMountedByTheNext() throws IOException {
        PoolState.Ready made = host.pool().ensureLoopback(SMALL);
        Command.run("systemctl", "disable", "var-lib-machines.mount");
        Command.run("umount", PoolScratch.POOL.toString());
        Files.delete(PoolScratch.UNIT);
        assertThat(host.pool().state()).isInstanceOf(PoolState.Empty.class);

        PoolState.Ready pool = host.pool().ensureLoopback(LARGE);

        assertThat(pool.filesystem()).isEqualTo(made.filesystem());
        assertThat(pool.size()).isEqualTo(LARGE);
        assertThat(PoolScratch.UNIT).exists();
        assertThat(Command.run("systemctl", "is-enabled", "var-lib-machines.mount"))
                .isEqualTo("enabled\n");
    }

    @Test
    void whatCannotBeMountedLeavesNothing() throws IOException {
        Set<String> before = state();
        String failed = Command.run("systemctl", "list-units", "--failed", "--plain", "--no-legend");
        Path wrong = Path.of("/etc/systemd/system/var-lib-machines.mount.d/broken.conf");
        Files.createDirectories(wrong.getParent());
        Files.writeString(wrong, "[Mount]\nType=ext4\n");
        try {
            assertThatThrownBy(() -> host.pool().ensureLoopback(SMALL))
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("var-lib-machines.mount");
        } finally {
            Files.delete(wrong);
            Files.delete(wrong.getParent());
        }
        assertThat(state()).isEqualTo(before);
        assertThat(Command.run("systemctl", "list-units", "--failed", "--plain", "--no-legend"))
                .isEqualTo(failed);
        assertThat(Command.run("losetup", "--associated", PoolScratch.FILE.toString()))
                .isEmpty();
    }

    @Test
    void aSizeThatCannotBeIsRefused() throws IOException {
        refused(Size.ofBytes(114_294_783), UnsupportedException.class, "114294784", "Ask for more");
        refused(Size.parse("1P"), NoSpaceException.class, "free", "Ask for less");
        host.pool().ensureLoopback(Size.ofBytes(114_294_784));
        Set<String> before = state();

        assertThatThrownBy(() -> host.pool().grow(Size.parse("200M")))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("268435456");
        assertThatThrownBy(() -> host.pool().grow(Size.parse("1P"))).isInstanceOf(NoSpaceException.class);

        assertThat(state()).isEqualTo(before);
    }

    @Test
    void aDirectoryWithSomethingInItIsRefused() throws IOException {
        Command.run("mkdir", PoolScratch.POOL.resolve("precious").toString());
        refused(SMALL, AlreadyExistsException.class, "precious", "Move it away");
    }

    @Test
    void anotherFilesystemsMountIsRefused() throws IOException {
        Command.run("mount", "-t", "tmpfs", "precious", PoolScratch.POOL.toString());
        refused(SMALL, AlreadyExistsException.class, "tmpfs", "unmount it");
    }

    @Test
    void aFileThatIsNoPoolIsRefused() throws IOException {
        Files.writeString(PoolScratch.FILE, "precious");
        refused(SMALL, AlreadyExistsException.class, "machines.raw", "Move it away");
        assertThat(PoolScratch.FILE).hasContent("precious");
        Files.delete(PoolScratch.FILE);
        Files.createSymbolicLink(PoolScratch.FILE, Path.of("/root/elsewhere"));
        refused(SMALL, AlreadyExistsException.class, "machines.raw", "Move it away");
    }

    @Test
    void aUnitOfSomebodyElseIsRefused() throws IOException {
        Files.writeString(PoolScratch.UNIT, "[Mount]\nWhat=/dev/sdx\nWhere=/var/lib/machines\n");
        refused(SMALL, AlreadyExistsException.class, "mount unit", "take it away");
        Files.delete(PoolScratch.UNIT);
        Command.run("systemctl", "mask", "var-lib-machines.mount");
        refused(SMALL, AlreadyExistsException.class, "mount unit", "take it away");
    }

    private void refused(Size size, Class<? extends NspawnException> type, String words, String remedy)
            throws IOException {
        Set<String> before = state();
        assertThatThrownBy(() -> host.pool().ensureLoopback(size))
                .isInstanceOf(type)
                .hasMessageContaining(words)
                .hasMessageContaining(remedy);
        assertThat(state()).isEqualTo(before);
    }

    /** All that making a pool could touch; its file is written to by the kernel whenever that likes. */
    private static Set<String> state() {
        Set<String> state = new TreeSet<>();
        state.addAll(Command.run(
                        "find", "/var/lib", "-maxdepth", "2", "-path", "/var/lib/*machines*", "-printf", "%p %y %m\\n")
                .lines()
                .toList());
        state.addAll(Command.run("find", "/etc/systemd", "-printf", "%p %y %l %m\\n")
                .lines()
                .toList());
        state.add(Command.run("findmnt", "--noheadings", "--list", "--output", "TARGET,SOURCE,OPTIONS"));
        state.add("file of " + length(PoolScratch.FILE));
        state.add("unit of " + length(PoolScratch.UNIT));
        return state;
    }

    private static Set<String> besides() {
        Set<String> names = new TreeSet<>();
        Command.run("ls", "-A", "/var/lib")
                .lines()
                .filter(name -> name.contains("machines"))
                .forEach(names::add);
        return names;
    }

    private static long length(Path file) {
        return file.toFile().length();
    }

    private static long allocated(Path file) {
        return Long.parseLong(
                        Command.run("stat", "--format=%b", file.toString()).strip())
                * 512;
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static String mountOptions() {
        return Command.run(
                        "findmnt", "--noheadings", "--output", "OPTIONS", "--mountpoint", PoolScratch.POOL.toString())
                .strip();
    }
}
