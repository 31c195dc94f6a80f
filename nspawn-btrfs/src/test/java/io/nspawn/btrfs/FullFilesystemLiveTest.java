package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
        int made = 0;
        try (Directory directory = Directory.open(path)) {
            made = createUntilFull(directory);
        }
        try (Stream<Path> entries = Files.list(path)) {
            assertThat(entries).hasSize(made + 1);
        }
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
