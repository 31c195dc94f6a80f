package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Blocks of the device that are not what was written to them, each test on a filesystem of its own. */
class CorruptionLiveTest {
    /** Stands in a block as it is, and nowhere else. */
    private static final String MARK = "mark-of-the-corruption-test-4f1d8a6c";

    private static final int DEVICE = 1;

    private final LoopBtrfs btrfs = new LoopBtrfs(256L << 20);

    @BeforeEach
    void make() throws IOException {
        btrfs.beforeAll();
    }

    @AfterEach
    void remove() throws IOException {
        btrfs.remove();
    }

    /** Overwrites copies of the mark beneath the filesystem, which is mounted anew, and answers how many there were. */
    private int corrupt(int most) throws IOException {
        btrfs.unmount();
        List<Long> places = new ArrayList<>();
        byte[] mark = MARK.getBytes(StandardCharsets.US_ASCII);
        try (FileChannel image = FileChannel.open(btrfs.image(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer all = image.map(FileChannel.MapMode.READ_ONLY, 0, image.size());
            for (int at = 0; at < all.limit() - mark.length; at++) {
                if (all.get(at) == mark[0] && all.slice(at, mark.length).equals(ByteBuffer.wrap(mark))) {
                    places.add((long) at);
                }
            }
            for (long place : places.subList(0, Math.min(most, places.size()))) {
                image.write(ByteBuffer.wrap(new byte[mark.length]), place);
            }
            image.force(false);
        }
        btrfs.mount();
        return places.size();
    }

    private Device.Errors errors() {
        try (Filesystem filesystem = Filesystem.open(btrfs.root())) {
            return filesystem.deviceErrors(DEVICE);
        }
    }

    @Test
    void dataThatDoesNotFitItsChecksumEndsASendAndIsCounted() throws IOException {
        Path sub = btrfs.root().resolve("sub");
        Subvolumes.create(sub);
        Files.writeString(sub.resolve("file"), MARK.repeat(1000));
        Subvolumes.setReadOnly(sub, true);
        assertThat(errors().none()).isTrue();
        assertThat(corrupt(1)).isEqualTo(1000);

        try (Subvolume subvolume = Subvolume.open(sub);
                SendChannel channel = subvolume.send(SendOptions.whole())) {
            BtrfsException.Other e = catchThrowableOfType(
                    BtrfsException.Other.class,
                    () -> Channels.newInputStream(channel).readAllBytes());
            assertThat(e.errnoName()).isEqualTo("EIO");
            assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(e.remedy()).contains("kernel log");
        }
        assertThat(errors().corruption()).isPositive();
        assertThat(errors().none()).isFalse();
        assertThat(Shell.attempt("btrfs", "device", "stats", btrfs.root()).output())
                .containsPattern("corruption_errs\\s+" + errors().corruption() + "\n");
    }

    @Test
    void metadataOfWhichNoCopyIsGoodIsAnErrorOfEveryCallThatNeedsIt() throws IOException {
        Path sub = btrfs.root().resolve("sub");
        Subvolumes.create(sub);
        Files.createFile(sub.resolve(MARK));
        SubvolumeId id = Subvolumes.info(sub).id();
        assertThat(corrupt(Integer.MAX_VALUE)).isGreaterThanOrEqualTo(2);

        assertThatThrownBy(() -> Subvolume.open(sub)).isInstanceOfSatisfying(BtrfsException.Other.class, e -> {
            assertThat(e.errnoName()).isEqualTo("EIO");
            assertThat(e.object()).endsWith("/sub");
        });
        assertThatThrownBy(() -> Subvolumes.snapshot(sub, btrfs.root().resolve("copy")))
                .isInstanceOf(BtrfsException.Other.class);
        assertThat(btrfs.root().resolve("copy")).doesNotExist();
        try (Filesystem filesystem = Filesystem.open(btrfs.root())) {
            assertThat(filesystem.subvolumes())
                    .extracting(listed -> listed.info().id())
                    .containsExactly(id);
        }
    }

    @Test
    void metadataOfWhichOneCopyIsGoodIsNoError() throws IOException {
        Path sub = btrfs.root().resolve("sub");
        Subvolumes.create(sub);
        Files.createFile(sub.resolve(MARK));
        // Each of the two copies has the name twice: in the entry, by its hash and by its number, and in the inode.
        int found = corrupt(0);
        assertThat(found % 2).isZero();
        corrupt(found / 2);

        assertThat(sub.resolve(MARK)).exists();
        Subvolumes.snapshot(sub, btrfs.root().resolve("copy"));
        assertThat(btrfs.root().resolve("copy").resolve(MARK)).exists();
    }
}
