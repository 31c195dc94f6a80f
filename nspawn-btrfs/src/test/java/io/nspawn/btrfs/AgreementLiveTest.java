package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What this library says of a filesystem is what the tool says of it. */
class AgreementLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs();

    private static final EntryName BASE = EntryName.of("base");

    @Test
    void theUsageIsThatOfTheTool() throws IOException {
        Path path = BTRFS.directory();
        Files.write(path.resolve("data"), new byte[50 << 20]);
        try (Filesystem filesystem = Filesystem.open(path)) {
            filesystem.sync();
            Space space = filesystem.space();
            String usage = usage();
            // The cleaner may still be at work on what another test has deleted: compared is a moment it leaves alone.
            for (int i = 0; i < 1000 && !space.equals(filesystem.space()); i++) {
                space = filesystem.space();
                usage = usage();
            }
            FreeEstimate estimate = space.estimate().orElseThrow();
            Matcher free = find("Free \\(estimated\\):\\s+(\\d+)\\s+\\(min: (\\d+)\\)", usage);
            assertThat(estimate).isEqualTo(new FreeEstimate(number(free, 1), number(free, 2)));
            assertThat(space.total()).isEqualTo(number(find("Device size:\\s+(\\d+)", usage), 1));
            assertThat(space.available()).isEqualTo(number(find("Free \\(statfs, df\\):\\s+(\\d+)", usage), 1));
            Map<String, String> theirs = new TreeMap<>();
            Matcher line = Pattern.compile("(?m)^(\\w+),(\\w+): Size:(\\d+), Used:(\\d+)")
                    .matcher(usage);
            while (line.find()) {
                theirs.put(
                        line.group(1).toUpperCase(java.util.Locale.ROOT) + " "
                                + line.group(2).toUpperCase(java.util.Locale.ROOT),
                        line.group(3) + " " + line.group(4));
            }
            assertThat(space.allocations().stream()
                            .filter(a -> a.purpose() != Space.Purpose.GLOBAL_RESERVE)
                            .collect(Collectors.toMap(
                                    a -> a.purpose() + " " + a.profile(), a -> a.total() + " " + a.used())))
                    .isEqualTo(theirs)
                    .hasSize(3);
        }
    }

    private static String usage() {
        return Shell.run("btrfs", "filesystem", "usage", "-b", BTRFS.root());
    }

    private static Matcher find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher;
    }

    private static long number(Matcher matcher, int group) {
        return Long.parseLong(matcher.group(group));
    }

    @Test
    void theEstimateCountsCopiesAndLeavesOutWhatItCannotKnow() {
        Space.Allocation single = new Space.Allocation(Space.Purpose.DATA, Space.Profile.SINGLE, 1000, 400);
        Space.Allocation mirrored = new Space.Allocation(Space.Purpose.DATA, Space.Profile.RAID1, 1000, 400);
        Space.Allocation dup = new Space.Allocation(Space.Purpose.METADATA, Space.Profile.DUP, 500, 100);
        Space.Allocation parity = new Space.Allocation(Space.Purpose.DATA, Space.Profile.RAID5, 1000, 400);
        long large = 1L << 30;
        assertThat(new Space(2000 + large, 0, 0, List.of(single, dup)).estimate())
                .contains(new FreeEstimate(600 + large, 600 + large / 2));
        assertThat(new Space(3000 + large, 0, 0, List.of(mirrored, dup)).estimate())
                .contains(new FreeEstimate(600 + large / 2, 600 + large / 2));
        assertThat(new Space(2500, 0, 0, List.of(single, dup)).estimate()).contains(new FreeEstimate(600, 600));
        assertThat(new Space(large, 0, 0, List.of(parity)).estimate()).isEmpty();
    }

    @Test
    void pathsAndParentsAreThoseOfTheTool() throws IOException {
        Path path = BTRFS.directory();
        Files.createDirectories(path.resolve("a/b"));
        Subvolumes.create(path.resolve("a/b/top"));
        Files.createDirectories(path.resolve("a/b/top/in/it"));
        Subvolumes.create(path.resolve("a/b/top/in/it/nested"));
        Subvolumes.create(path.resolve("a/b/top/beside"));
        Subvolumes.create(path.resolve("a/b/top/in/it/nested/deep"));
        try (Filesystem filesystem = Filesystem.open(path)) {
            filesystem.sync();
            Map<String, String> theirs = new TreeMap<>();
            Matcher line = Pattern.compile("(?m)^ID (\\d+) gen \\d+ parent (\\d+) top level \\d+ path (.*)$")
                    .matcher(Shell.run("btrfs", "subvolume", "list", "-p", BTRFS.root()));
            while (line.find()) {
                theirs.put(line.group(3), line.group(1) + " in " + line.group(2));
            }
            Map<String, String> ours = new TreeMap<>();
            for (ListedSubvolume listed : filesystem.subvolumes()) {
                SubvolumeInfo info = listed.info();
                ours.put(
                        listed.path().toString(),
                        info.id() + " in " + info.parent().orElseThrow());
                assertThat(filesystem.path(info.id())).contains(listed.path());
            }
            assertThat(ours).isEqualTo(theirs).hasSizeGreaterThanOrEqualTo(4);
            SubvolumeId top = Subvolumes.info(path.resolve("a/b/top")).id();
            assertThat(filesystem.subvolumes(top))
                    .containsExactlyInAnyOrderElementsOf(filesystem.subvolumes().stream()
                            .filter(listed -> listed.info().parent().equals(java.util.Optional.of(top)))
                            .toList())
                    .hasSize(2);
            assertThat(filesystem.subvolumes(new SubvolumeId(99_999))).isEmpty();
            assertThat(filesystem.path(new SubvolumeId(99_999))).isEmpty();
            assertThat(filesystem.path(SubvolumeId.TOP_LEVEL)).contains(SubvolumePath.TOP);
        }
    }

    @Test
    void theTopLevelIsListedWithoutPrivilegesAndOtherDirectoriesAreRefused() throws IOException {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("base"));
        Subvolumes.create(path.resolve("base/nested"));
        FaultyKernel kernel = FaultyKernel.refusing(Ioctl.TREE_SEARCH_V2, Errno.EPERM.intValue());
        try (Filesystem privileged = Filesystem.open(BTRFS.root());
                Filesystem filesystem = Filesystem.open(kernel, BTRFS.root());
                Filesystem below = Filesystem.open(kernel, path)) {
            privileged.sync();
            assertThat(filesystem.subvolumes())
                    .isEqualTo(privileged.subvolumes())
                    .hasSizeGreaterThanOrEqualTo(2);
            assertThatThrownBy(below::subvolumes).isInstanceOf(BtrfsException.PermissionDenied.class);
        }
    }

    @Test
    void namesThatAreNoTextGoThroughEveryOperation() throws IOException {
        Path path = BTRFS.directory();
        EntryName odd = EntryName.ofBytes(new byte[] {(byte) 0xff, 'a', (byte) 0xc3, '\n', (byte) 0x80});
        EntryName other = EntryName.ofBytes(new byte[] {(byte) 0xfe, (byte) 0xff});
        try (Filesystem filesystem = Filesystem.open(path)) {
            Directory directory = filesystem.directory();
            directory.createSubvolume(odd);
            try (Subvolume subvolume = directory.openSubvolume(odd)) {
                directory.snapshot(subvolume, other, SnapshotOption.RECURSIVE, SnapshotOption.READ_ONLY);
                assertThat(filesystem.path(subvolume.id()).orElseThrow().names())
                        .endsWith(odd);
            }
            SubvolumeId here = directory.subvolumeId();
            assertThat(filesystem.subvolumes(here))
                    .extracting(listed -> listed.info().name().orElseThrow())
                    .contains(odd, other);
            directory.rename(odd, BASE);
            directory.rename(BASE, odd);
            try (Subvolume subvolume = directory.openSubvolume(odd)) {
                directory.cloneAll(subvolume, List.of(BASE));
            }
            directory.deleteSubvolume(odd);
            directory.deleteSubvolumeAndWait(other, Duration.ofMinutes(1), DeleteOption.RECURSIVE);
            assertThat(directory.exists(odd)).isFalse();
            assertThat(directory.exists(other)).isFalse();
        }
    }

    @Test
    void aCommitIsStartedAndWaitedFor() throws IOException {
        Path path = BTRFS.directory();
        try (Filesystem filesystem = Filesystem.open(path)) {
            Subvolumes.create(path.resolve("base"));
            long before = filesystem.info().generation();
            long transaction = filesystem.startCommit();
            filesystem.awaitCommit(transaction);
            assertThat(transaction).isGreaterThanOrEqualTo(before);
            assertThat(filesystem.info().generation()).isGreaterThanOrEqualTo(transaction);
            filesystem.awaitCommit(0);
            assertThatThrownBy(() -> filesystem.awaitCommit(1L << 40)).isInstanceOf(BtrfsException.NotFound.class);
        }
    }

    @Test
    void theFeaturesAreThoseOfSysfs() throws IOException {
        try (Filesystem filesystem = Filesystem.open(BTRFS.root())) {
            Path sysfs = Path.of("/sys/fs/btrfs", filesystem.info().fsid().toString(), "features");
            Features features = filesystem.features();
            try (var files = Files.list(sysfs)) {
                List<String> theirs = files.map(file -> file.getFileName().toString())
                        .map(name -> name.toUpperCase(java.util.Locale.ROOT))
                        .toList();
                assertThat(theirs).contains("EXTENDED_IREF");
                for (Features.Feature feature : Features.Feature.values()) {
                    // sysfs does not show all that there are.
                    if (theirs.contains(feature.name())) {
                        assertThat(features.has(feature)).as(feature.name()).isTrue();
                    }
                }
            }
            assertThat(features.known())
                    .contains(Features.Feature.EXTENDED_IREF, Features.Feature.SKINNY_METADATA)
                    .doesNotContain(Features.Feature.ZONED, Features.Feature.RAID56);
        }
    }

    @Test
    void deletesATreeByItsIdAlsoThroughReadOnlyParents() throws IOException {
        Path path = BTRFS.directory();
        for (String name : List.of("top", "top/a", "top/a/b", "top/c", "beside")) {
            Subvolumes.create(path.resolve(name));
        }
        for (String name : List.of("top/a/b", "top/a", "top")) {
            Subvolumes.setReadOnly(path.resolve(name), true);
        }
        SubvolumeId id = Subvolumes.info(path.resolve("top")).id();
        try (Filesystem here = Filesystem.open(path);
                Filesystem filesystem = Filesystem.open(BTRFS.root())) {
            assertThatThrownBy(() -> filesystem.delete(id)).isInstanceOf(BtrfsException.NotEmpty.class);
            assertThatThrownBy(() -> here.delete(id, DeleteOption.RECURSIVE))
                    .isInstanceOf(BtrfsException.ReadOnly.class);
            filesystem.delete(id, DeleteOption.RECURSIVE);
            assertThat(filesystem.subvolume(id)).isEmpty();
            assertThatThrownBy(() -> filesystem.delete(id, DeleteOption.RECURSIVE))
                    .isInstanceOf(BtrfsException.NotFound.class);
            try (var entries = Files.list(path)) {
                assertThat(entries).containsExactly(path.resolve("beside"));
            }
        }
    }
}
