package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DataUsageLiveTest {
    private static final int MIB = 1 << 20;

    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs();

    @Test
    void whatASnapshotSharesIsNobodysAlone() throws IOException {
        Path directory = BTRFS.directory();
        Subvolumes.create(directory.resolve("base"));
        write(directory.resolve("base/old"), 4);
        Subvolumes.snapshot(directory.resolve("base"), directory.resolve("copy"));
        write(directory.resolve("copy/new"), 2);
        write(directory.resolve("base/later"), 1);

        assertThat(usage(directory.resolve("base"), directory.resolve("copy")))
                .containsExactly(
                        new DataUsage(5 * MIB, MIB, 5 * MIB, MIB), new DataUsage(6 * MIB, 2 * MIB, 6 * MIB, 2 * MIB));
        // Who is not asked about is an owner all the same.
        assertThat(usage(directory.resolve("copy"))).containsExactly(new DataUsage(6 * MIB, 2 * MIB, 6 * MIB, 2 * MIB));
    }

    @Test
    void aNestedSubvolumeCountsWithTheOneItIsMeasuredWith() throws IOException {
        Path directory = BTRFS.directory();
        Subvolumes.create(directory.resolve("outer"));
        write(directory.resolve("outer/file"), 1);
        Subvolumes.snapshot(directory.resolve("outer"), directory.resolve("outer/inner"));

        assertThat(usage(directory.resolve("outer"))).containsExactly(new DataUsage(MIB, 0, MIB, 0));
        try (Filesystem filesystem = Filesystem.open(directory)) {
            Set<SubvolumeId> both = Set.of(id(directory.resolve("outer")), id(directory.resolve("outer/inner")));
            assertThat(filesystem.dataUsage(List.of(both))).containsExactly(new DataUsage(2 * MIB, 2 * MIB, MIB, MIB));
        }
    }

    @Test
    void dataSharedWithAFileOfTheTopLevelIsShared() throws IOException {
        Path directory = BTRFS.directory();
        Subvolumes.create(directory.resolve("reflinked"));
        write(directory.resolve("reflinked/file"), 1);
        Shell.run("cp", "--reflink=always", directory.resolve("reflinked/file"), directory.resolve("file"));

        assertThat(usage(directory.resolve("reflinked"))).containsExactly(new DataUsage(MIB, 0, MIB, 0));
        Files.delete(directory.resolve("file"));
        assertThat(usage(directory.resolve("reflinked"))).containsExactly(new DataUsage(MIB, MIB, MIB, MIB));
    }

    @Test
    void holesAndSmallFilesAreNoData() throws IOException {
        Path directory = BTRFS.directory();
        Subvolumes.create(directory.resolve("sparse"));
        Shell.run("truncate", "--size=1G", directory.resolve("sparse/hole"));
        Files.write(directory.resolve("sparse/small"), new byte[100]);

        assertThat(usage(directory.resolve("sparse"))).containsExactly(new DataUsage(0, 0, 0, 0));
    }

    private static List<DataUsage> usage(Path... subvolumes) {
        try (Filesystem filesystem = Filesystem.open(BTRFS.root())) {
            filesystem.sync();
            return filesystem.dataUsage(
                    List.of(subvolumes).stream().map(path -> Set.of(id(path))).toList());
        }
    }

    private static SubvolumeId id(Path subvolume) {
        return Subvolumes.info(subvolume).id();
    }

    private static void write(Path file, int mebibytes) throws IOException {
        byte[] content = new byte[mebibytes * MIB];
        new Random(mebibytes).nextBytes(content);
        Files.write(file, content);
    }
}
