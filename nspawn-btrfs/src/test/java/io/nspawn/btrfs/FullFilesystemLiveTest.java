package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A filesystem that is full, for good: nothing else is tested on it. */
class FullFilesystemLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs(256L << 20);

    private static final int MORE_THAN_FIT = 100_000;

    /** The data takes all that is not metadata, then subvolumes take the metadata. */
    @Test
    void isToldAsSuchAndKeepsWhatIsThere() throws IOException {
        Path path = BTRFS.directory();
        assertThatThrownBy(() -> Files.write(path.resolve("big"), new byte[400 << 20]))
                .hasMessageContaining("No space");
        Subvolumes.create(path.resolve("base"));
        Path into = Files.createDirectory(path.resolve("into"));
        int made = 0;
        try (Directory directory = Directory.open(path);
                Subvolume base = directory.openSubvolume(EntryName.of("base"))) {
            made = createUntilFull(directory);
            List<EntryName> names =
                    IntStream.range(0, 64).mapToObj(i -> EntryName.of("c" + i)).toList();
            isFull(() -> directory.cloneAll(base, names));
            isFull(() -> directory.cloneAll(base, names, CloneOption.RECURSIVE));
            try (Directory empty = Directory.open(into)) {
                isFull(() -> empty.receive(new StreamWriter(1)
                        .subvolume("sub")
                        .onPath(StreamCommandType.MKFILE, "f")
                        .write("f", 0, new byte[50_000])
                        .end()
                        .channel()));
            }
            assertThat(into).isEmptyDirectory();
            try (Stream<Path> entries = Files.list(path)) {
                assertThat(entries).hasSize(made + 3);
            }
            directory.deleteSubvolumeAndWait(EntryName.of("s0"), Duration.ofMinutes(1));
        }
        try (Stream<Path> entries = Files.list(path)) {
            assertThat(entries).hasSize(made + 2);
        }
    }

    private static void isFull(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(BtrfsException.NoSpace.class, e -> {
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(e.remedy()).contains("free space");
        });
    }

    private static int createUntilFull(Directory directory) {
        for (int made = 0; made < MORE_THAN_FIT; made++) {
            EntryName name = EntryName.of("s" + made);
            try {
                directory.createSubvolume(name);
            } catch (BtrfsException.NoSpace e) {
                assertThat(e.errnoName()).isEqualTo("ENOSPC");
                assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                assertThat(directory.exists(name)).isFalse();
                return made;
            }
        }
        throw new AssertionError("never full");
    }
}
