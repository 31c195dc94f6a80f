package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SubvolumeLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs();

    private static final EntryName BASE = EntryName.of("base");
    private static final EntryName COPY = EntryName.of("copy");

    @Test
    void createsAndDescribesASubvolume() throws IOException {
        Instant before = Instant.now().minusSeconds(2);
        try (Filesystem filesystem = Filesystem.open(BTRFS.directory())) {
            Directory directory = filesystem.directory();
            directory.createSubvolume(BASE);
            filesystem.sync();
            SubvolumeInfo info = directory.info(BASE);

            assertThat(directory.isSubvolume(BASE)).isTrue();
            assertThat(info.name()).contains(BASE);
            assertThat(info.parent()).contains(SubvolumeId.TOP_LEVEL);
            assertThat(info.directory())
                    .isEqualTo(Inode.of(directory.descriptor()).number());
            assertThat(info.uuid()).isPresent();
            assertThat(info.parentUuid()).isEmpty();
            assertThat(info.readOnly()).isFalse();
            assertThat(info.created()).isBetween(before, Instant.now().plusSeconds(2));
            assertThat(directory.subvolumes()).containsExactly(info);
        }
    }

    @Test
    void aSnapshotHasTheContentAndKnowsItsParent() throws IOException {
        Path path = BTRFS.directory();
        try (Directory directory = Directory.open(path)) {
            directory.createSubvolume(BASE);
            Files.writeString(path.resolve("base/file"), "content");
            try (Subvolume base = directory.openSubvolume(BASE)) {
                directory.snapshot(base, COPY, SnapshotOption.READ_ONLY);
                assertThat(directory.info(COPY).parentUuid())
                        .isEqualTo(base.info().uuid());
            }
            assertThat(directory.info(COPY).readOnly()).isTrue();
            assertThat(path.resolve("copy/file")).hasContent("content");
            assertThatThrownBy(() -> Files.writeString(path.resolve("copy/more"), "x"))
                    .hasMessageContaining("Read-only");
        }
    }

    @Test
    void readOnlyIsSetAndTakenAway() throws IOException {
        try (Directory directory = Directory.open(BTRFS.directory())) {
            directory.createSubvolume(BASE);
            try (Subvolume base = directory.openSubvolume(BASE)) {
                base.setReadOnly(true);
                assertThat(base.isReadOnly()).isTrue();
                assertThat(base.info().readOnly()).isTrue();
                base.setReadOnly(false);
                assertThat(base.isReadOnly()).isFalse();
            }
        }
    }

    @Test
    void deletesAndWaitsUntilTheSpaceIsFree() throws IOException {
        Path path = BTRFS.directory();
        try (Filesystem filesystem = Filesystem.open(path)) {
            Directory directory = filesystem.directory();
            directory.createSubvolume(BASE);
            Files.write(path.resolve("base/file"), new byte[32 << 20]);
            filesystem.sync();
            long used = filesystem.space().used(Space.Purpose.DATA);
            SubvolumeId id = directory.info(BASE).id();

            directory.deleteSubvolumeAndWait(BASE, Duration.ofSeconds(20));

            assertThat(filesystem.space().used(Space.Purpose.DATA)).isLessThanOrEqualTo(used - (32 << 20));
            assertThat(filesystem.subvolume(id)).isEmpty();
            assertThat(filesystem.deletedNotCleaned()).doesNotContain(id);
        }
    }

    @Test
    void clonesManyAtOnce() throws IOException {
        Path path = BTRFS.directory();
        try (Directory directory = Directory.open(path)) {
            directory.createSubvolume(BASE);
            Files.writeString(path.resolve("base/file"), "content");
            var names = java.util.stream.IntStream.range(0, 32)
                    .mapToObj(i -> EntryName.of("clone" + i))
                    .toList();
            try (Subvolume base = directory.openSubvolume(BASE)) {
                directory.cloneAll(base, names);
            }
            for (EntryName name : names) {
                assertThat(path.resolve(name + "/file")).hasContent("content");
            }
            assertThat(path.toFile().list()).hasSize(33);
        }
    }
}
