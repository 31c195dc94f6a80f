package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FilesystemLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs();

    @Test
    void agreesWithTheToolsOnIdentityAndSpace() {
        try (Filesystem filesystem = Filesystem.open(BTRFS.root())) {
            FilesystemInfo info = filesystem.info();
            assertThat(Shell.run("btrfs", "filesystem", "show", BTRFS.root()))
                    .contains(info.fsid().toString());
            assertThat(info.devices()).isEqualTo(1);
            assertThat(info.nodeSize()).isEqualTo(16384);
            assertThat(info.generation()).isPositive();

            Space space = filesystem.space();
            String df = Shell.run("btrfs", "filesystem", "df", "-b", BTRFS.root());
            Matcher line =
                    Pattern.compile("(\\w+), (\\w+): total=(\\d+), used=(\\d+)").matcher(df);
            List<String> theirs = new ArrayList<>();
            while (line.find()) {
                theirs.add(
                        line.group(1).replace("GlobalReserve", "GLOBAL_RESERVE").toUpperCase(java.util.Locale.ROOT)
                                + " " + line.group(2).toUpperCase(java.util.Locale.ROOT) + " " + line.group(3));
            }
            assertThat(space.allocations())
                    .extracting(a -> a.purpose() + " " + a.profile() + " " + a.total())
                    .containsExactlyInAnyOrderElementsOf(theirs);
            assertThat(space.total()).isEqualTo(2L << 30);
            assertThat(space.available()).isBetween(1L, space.total());
        }
    }

    @Test
    void theLabelIsSetAndTakenAway() {
        try (Filesystem filesystem = Filesystem.open(BTRFS.root())) {
            assertThat(filesystem.label()).isEmpty();
            filesystem.setLabel("größe 1");
            assertThat(filesystem.label()).contains("größe 1");
            filesystem.setLabel("back\\slash");
            assertThat(filesystem.label()).contains("back\\slash");
            filesystem.setLabel("");
            assertThat(filesystem.label()).isEmpty();
            assertThatThrownBy(() -> filesystem.setLabel("x".repeat(256))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void listsWhatTheToolListsWithNamesThatAreNoText() throws IOException {
        Path path = BTRFS.directory();
        EntryName odd = EntryName.ofBytes(new byte[] {'a', (byte) 0xff, '\n', (byte) 0xc3});
        try (Filesystem filesystem = Filesystem.open(path)) {
            Directory directory = filesystem.directory();
            for (EntryName name : List.of(odd, EntryName.of("größe"), EntryName.of("x".repeat(255)))) {
                directory.createSubvolume(name);
                try (Subvolume subvolume = directory.openSubvolume(name)) {
                    subvolume.directory().createSubvolume(odd);
                    directory.snapshot(subvolume, EntryName.of("s" + name.length()));
                }
            }
            filesystem.sync();
            List<ListedSubvolume> listed = filesystem.subvolumes();
            String tool = Shell.run("btrfs", "subvolume", "list", "-u", "-q", BTRFS.root());
            Matcher line = Pattern.compile(
                            "ID (\\d+) gen (\\d+) top level (\\d+) parent_uuid (\\S+)\\s+uuid (\\S+) path")
                    .matcher(tool);
            List<String> theirs = new ArrayList<>();
            while (line.find()) {
                theirs.add(String.join(" ", line.group(1), line.group(2), line.group(3), line.group(4), line.group(5)));
            }
            assertThat(listed).extracting(FilesystemLiveTest::asListed).containsExactlyElementsOf(theirs);
            assertThat(theirs).hasSizeGreaterThanOrEqualTo(9);
            assertThat(listed)
                    .extracting(ListedSubvolume::path)
                    .contains(new SubvolumePath(
                            List.of(EntryName.of(path.getFileName().toString()), odd, odd)));
            assertThat(directory.subvolumes()).hasSize(6);
            assertThat(directory.info(odd).name()).contains(odd);
            filesystem.delete(directory.info(EntryName.of("s4")).id());
        }
    }

    private static String asListed(ListedSubvolume listed) {
        SubvolumeInfo info = listed.info();
        String parentUuid = info.parentUuid().map(UUID::toString).orElse("-");
        return info.id() + " " + info.generation() + " " + info.parent().orElseThrow() + " " + parentUuid + " "
                + info.uuid().orElseThrow();
    }

    @Test
    void showsWhatTheToolShows() throws IOException {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("base"));
        Subvolumes.snapshot(path.resolve("base"), path.resolve("copy"), SnapshotOption.READ_ONLY);
        SubvolumeInfo info = Subvolumes.info(path.resolve("copy"));
        String shown = Shell.run("btrfs", "subvolume", "show", path.resolve("copy"));
        assertThat(shown)
                .containsPattern("Subvolume ID:\\s+" + info.id() + "\n")
                .containsPattern("Parent ID:\\s+" + info.parent().orElseThrow() + "\n")
                .containsPattern("\tUUID:\\s+" + info.uuid().orElseThrow() + "\n")
                .containsPattern("Parent UUID:\\s+" + info.parentUuid().orElseThrow() + "\n")
                .containsPattern("Generation:\\s+" + info.generation() + "\n")
                .containsPattern("Gen at creation:\\s+" + info.origin() + "\n")
                .containsPattern("Flags:\\s+readonly\n");
    }

    @Test
    void theOwnDataOfASnapshotIsWhatTheToolCallsExclusive() throws IOException {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("base"));
        random(path.resolve("base/shared"), 8 << 20);
        try (Filesystem filesystem = Filesystem.open(path)) {
            filesystem.sync();
            Subvolumes.snapshot(path.resolve("base"), path.resolve("copy"));
            try (Subvolume copy = filesystem.directory().openSubvolume(EntryName.of("copy"))) {
                assertThat(copy.ownData().bytes()).isZero();
                random(path.resolve("copy/own"), 5 << 20);
                Files.write(path.resolve("copy/small"), new byte[100]);
                filesystem.sync();
                WrittenData own = copy.ownData();
                assertThat(own.inlineBytes()).isEqualTo(100);
                assertThat(own.extentBytes()).isEqualTo(5 << 20);
                assertThat(own.bytes()).isCloseTo(exclusive(path.resolve("copy")), within(16L << 10));
                overwriteStart(path.resolve("copy/shared"), 1 << 20);
                filesystem.sync();
                assertThat(copy.ownData().bytes()).isCloseTo(exclusive(path.resolve("copy")), within(64L << 10));
                assertThat(copy.ownData().extentBytes()).isEqualTo(6 << 20);
                Files.delete(path.resolve("copy/own"));
                filesystem.sync();
                assertThat(copy.ownData().extentBytes()).isEqualTo(1 << 20);
            }
        }
    }

    @Test
    void compressedAndClonedDataCountsAsItLiesOnDisk() throws IOException {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("base"));
        Files.createFile(path.resolve("base/zeros"));
        Shell.run("btrfs", "property", "set", path.resolve("base/zeros"), "compression", "zstd");
        byte[] text = "all work and no play ".repeat(400_000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Files.write(path.resolve("base/zeros"), text);
        try (Filesystem filesystem = Filesystem.open(path);
                Subvolume base = filesystem.directory().openSubvolume(EntryName.of("base"))) {
            filesystem.sync();
            WrittenData once = base.ownData();
            assertThat(once.extentBytes()).isBetween(4096L, text.length / 8L);
            Shell.run("cp", "--reflink=always", path.resolve("base/zeros"), path.resolve("base/again"));
            filesystem.sync();
            assertThat(base.ownData()).isEqualTo(once);
            assertThat(base.dataWrittenSince(filesystem.info().generation()).bytes())
                    .isZero();
        }
    }

    private static void random(Path file, int length) throws IOException {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        Files.write(file, bytes);
    }

    private static void overwriteStart(Path file, int length) throws IOException {
        try (var open = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            byte[] bytes = new byte[length];
            new Random(length).nextBytes(bytes);
            open.write(bytes);
        }
    }

    /** The second number that is printed by {@code btrfs filesystem du -s --raw}. */
    private static long exclusive(Path path) {
        List<Long> numbers = new java.util.Scanner(Shell.run("btrfs", "filesystem", "du", "-s", "--raw", path))
                .tokens()
                .filter(word -> word.matches("\\d+"))
                .map(Long::valueOf)
                .toList();
        return numbers.get(1);
    }
}
