package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Full quotas and their groups, each test on a filesystem that begins without quota. */
class QuotaLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs();

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final QuotaGroupId GROUP = new QuotaGroupId(1, 100);
    private static final QuotaGroupId HIGHER = new QuotaGroupId(2, 100);
    private static final QuotaGroupId NONE = new QuotaGroupId(1, 777);
    private static final EntryName BASE = EntryName.of("base");

    private final Path path;
    private final Filesystem filesystem;
    private final Quota quota;

    QuotaLiveTest() throws IOException {
        path = BTRFS.directory();
        filesystem = Filesystem.open(path);
        quota = filesystem.quota();
    }

    @BeforeEach
    void enable() {
        quota.enableFull(FullQuotaCost.SLOWS_SNAPSHOTS_COMMITS_AND_DELETIONS);
        quota.awaitRescan(PATIENCE, progress -> {});
    }

    @AfterEach
    void disable() {
        quota.disable();
        filesystem.close();
    }

    private SubvolumeId subvolume(String name) {
        EntryName entry = EntryName.of(name);
        filesystem.directory().createSubvolume(entry);
        return filesystem.directory().info(entry).id();
    }

    @Test
    void fullQuotasAreEnabledOnceAndNeverBesideSimpleOnes() {
        assertThat(quota.mode()).isEqualTo(QuotaMode.FULL);
        quota.enableFull(FullQuotaCost.SLOWS_SNAPSHOTS_COMMITS_AND_DELETIONS);
        assertThat(quota.mode()).isEqualTo(QuotaMode.FULL);
        assertThatThrownBy(quota::enableSimple).isInstanceOf(BtrfsException.Busy.class);
        quota.disable();
        assertThat(quota.mode()).isEqualTo(QuotaMode.NONE);
        quota.disable();
    }

    @Test
    void theFiguresAndRelationsAreThoseOfTheTool() throws IOException {
        SubvolumeId id = subvolume("base");
        Files.write(path.resolve("base/file"), new byte[3 << 20]);
        try (Subvolume base = filesystem.directory().openSubvolume(BASE)) {
            filesystem.directory().snapshot(base, EntryName.of("copy"));
        }
        Files.write(path.resolve("copy/own"), new byte[1 << 20]);
        quota.create(GROUP);
        quota.create(HIGHER);
        quota.assign(QuotaGroupId.of(id), GROUP);
        quota.assign(GROUP, HIGHER);
        quota.limit(GROUP, OptionalLong.of(50 << 20), OptionalLong.of(40 << 20));
        filesystem.sync();
        rescanned();

        // The cleaner may still be at work on what another test has deleted: compared is a moment it leaves alone.
        Map<QuotaGroupId, String> ours = ours();
        Map<QuotaGroupId, String> theirs = tool();
        for (int i = 0; i < 1000 && !ours.equals(ours()); i++) {
            ours = ours();
            theirs = tool();
        }
        assertThat(ours).isEqualTo(theirs).hasSizeGreaterThanOrEqualTo(5);

        QuotaGroup own = quota.group(QuotaGroupId.of(id)).orElseThrow();
        assertThat(own.referenced()).isGreaterThanOrEqualTo(3 << 20);
        assertThat(own.exclusive()).isLessThan(1 << 20);
        assertThat(own.parents()).containsExactly(GROUP);
        QuotaGroup group = quota.group(GROUP).orElseThrow();
        assertThat(group.children()).containsExactly(QuotaGroupId.of(id));
        assertThat(group.parents()).containsExactly(HIGHER);
        assertThat(group.maximumReferenced()).hasValue(50 << 20);
        assertThat(group.maximumExclusive()).hasValue(40 << 20);

        quota.limit(GROUP, OptionalLong.empty(), OptionalLong.empty());
        filesystem.sync();
        QuotaGroup unlimited = quota.group(GROUP).orElseThrow();
        assertThat(unlimited.maximumReferenced()).isEmpty();
        assertThat(unlimited.maximumExclusive()).isEmpty();
        quota.remove(GROUP, HIGHER);
        quota.remove(QuotaGroupId.of(id), GROUP);
        quota.destroy(GROUP);
        quota.destroy(HIGHER);
        filesystem.sync();
        assertThat(quota.groups()).extracting(QuotaGroup::id).doesNotContain(GROUP, HIGHER);
    }

    private Map<QuotaGroupId, String> ours() {
        Map<QuotaGroupId, String> groups = new TreeMap<>();
        quota.groups().forEach(group -> groups.put(group.id(), shown(group)));
        return groups;
    }

    private void rescanned() {
        filesystem.awaitCleaned(filesystem.deletedNotCleaned(), PATIENCE);
        try {
            quota.rescan();
        } catch (BtrfsException.Busy e) {
            // One that a change began by itself counts the same.
            assertThat(e.errnoName()).isEqualTo("EINPROGRESS");
        }
        quota.awaitRescan(PATIENCE, progress -> {});
        filesystem.sync();
    }

    private static String shown(QuotaGroup group) {
        return group.referenced() + " " + group.exclusive() + " " + shown(group.maximumReferenced()) + " "
                + shown(group.maximumExclusive()) + " " + group.parents() + " " + group.children();
    }

    private static String shown(OptionalLong limit) {
        return limit.isPresent() ? Long.toString(limit.getAsLong()) : "none";
    }

    /** id, rfer, excl, max_rfer, max_excl, parents, children and perhaps a path: "none" and "---" are no value. */
    private static Map<QuotaGroupId, String> tool() {
        Map<QuotaGroupId, String> groups = new TreeMap<>();
        Matcher line = Pattern.compile("(?m)^(\\d+)/(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+(\\S+)\\s+(\\S+)\\s+(\\S+)\\s+(\\S+)")
                .matcher(Shell.run("btrfs", "qgroup", "show", "--raw", "-p", "-c", "-r", "-e", BTRFS.root()));
        while (line.find()) {
            groups.put(
                    id(line.group(1) + "/" + line.group(2)),
                    String.join(" ", line.group(3), line.group(4), line.group(5), line.group(6)) + " "
                            + ids(line.group(7)) + " " + ids(line.group(8)));
        }
        return groups;
    }

    private static List<QuotaGroupId> ids(String list) {
        List<QuotaGroupId> ids = new ArrayList<>();
        Matcher one = Pattern.compile("\\d+/\\d+").matcher(list);
        while (one.find()) {
            ids.add(id(one.group()));
        }
        return ids;
    }

    private static QuotaGroupId id(String text) {
        String[] parts = text.split("/", -1);
        return new QuotaGroupId(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
    }

    @Test
    void aRescanIsFollowedToItsEnd() throws IOException {
        subvolume("base");
        for (int i = 0; i < 200; i++) {
            Files.write(path.resolve("base/file" + i), new byte[8192]);
        }
        filesystem.sync();
        quota.rescan();
        List<QuotaRescan> heard = new ArrayList<>();
        quota.awaitRescan(PATIENCE, heard::add);
        assertThat(heard.get(heard.size() - 1)).isEqualTo(new QuotaRescan(false, 0));
        assertThat(quota.rescanStatus().running()).isFalse();
        assertThat(quota.isInconsistent()).isFalse();
    }

    @Test
    void whatTheKernelRefusesOfGroupsHasAnExceptionOfItsOwn() {
        QuotaGroupId own = QuotaGroupId.of(subvolume("base"));
        quota.create(GROUP);
        refused(BtrfsException.AlreadyExists.class, "EEXIST", () -> quota.create(GROUP));
        refused(BtrfsException.NotFound.class, "ENOENT", () -> quota.destroy(NONE));
        refused(BtrfsException.NotFound.class, "ENOENT", () -> quota.limitReferenced(NONE, OptionalLong.of(1)));
        refused(BtrfsException.NotFound.class, "", () -> quota.assign(own, NONE));
        quota.assign(own, GROUP);
        refused(BtrfsException.AlreadyExists.class, "EEXIST", () -> quota.assign(own, GROUP));
        refused(BtrfsException.Busy.class, "EBUSY", () -> quota.destroy(GROUP));
        quota.remove(own, GROUP);
        refused(BtrfsException.NotFound.class, "ENOENT", () -> quota.remove(own, GROUP));
        quota.destroy(GROUP);
        assertThatThrownBy(() -> quota.create(own)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> quota.assign(GROUP, own)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> quota.limitReferenced(own, OptionalLong.of(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    static void refused(
            Class<? extends BtrfsException> type,
            String errno,
            org.assertj.core.api.ThrowableAssert.ThrowingCallable c) {
        assertThatThrownBy(c).isInstanceOfSatisfying(type, e -> {
            assertThat(e.errnoName()).isEqualTo(errno);
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        });
    }

    @Test
    void withoutQuotaEveryCallSaysSo() {
        SubvolumeId id = subvolume("base");
        quota.disable();
        List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> calls = List.of(
                () -> quota.create(GROUP),
                () -> quota.destroy(GROUP),
                () -> quota.assign(QuotaGroupId.of(id), GROUP),
                () -> quota.remove(QuotaGroupId.of(id), GROUP),
                () -> quota.limitReferenced(GROUP, OptionalLong.of(1)),
                quota::rescan,
                quota::groups,
                quota::destroyStale,
                () -> quota.makeSubtree(id));
        for (var call : calls) {
            assertThatThrownBy(call).isInstanceOf(BtrfsException.QuotaDisabled.class);
        }
        assertThat(quota.rescanStatus().running()).isFalse();
    }

    @Test
    void aGroupInheritedAtTheStartLimitsFromTheStart() throws IOException {
        quota.create(GROUP);
        quota.limitReferenced(GROUP, OptionalLong.of(8 << 20));
        Directory directory = filesystem.directory();
        directory.createSubvolume(BASE, QuotaInheritance.of(GROUP));
        filesystem.sync();
        QuotaGroupId base = QuotaGroupId.of(directory.info(BASE).id());
        assertThat(quota.group(base).orElseThrow().parents()).containsExactly(GROUP);
        assertThatThrownBy(() -> Files.write(path.resolve("base/big"), new byte[16 << 20]))
                .hasMessageContaining("quota exceeded");
        Files.delete(path.resolve("base/big"));

        EntryName copy = EntryName.of("copy");
        try (Subvolume source = directory.openSubvolume(BASE)) {
            directory.snapshot(source, copy, QuotaInheritance.of(GROUP), SnapshotOption.READ_ONLY);
            filesystem.sync();
            QuotaGroupId taken = QuotaGroupId.of(directory.info(copy).id());
            assertThat(quota.group(taken).orElseThrow().parents()).containsExactly(GROUP);
            assertThat(directory.info(copy).readOnly()).isTrue();
            refused(
                    BtrfsException.NotFound.class,
                    "ENOENT",
                    () -> directory.snapshot(source, EntryName.of("no"), QuotaInheritance.of(NONE)));
        }
        assertThat(directory.exists(EntryName.of("no"))).isFalse();
        assertThatThrownBy(() -> QuotaInheritance.of(base)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSubtreeLayoutIsThatOfMachined() throws IOException {
        SubvolumeId machines = subvolume("machines");
        QuotaGroupId pool = quota.makeSubtree(machines);
        assertThat(pool).isEqualTo(new QuotaGroupId(255, machines.value()));
        assertThat(quota.makeSubtree(machines)).isEqualTo(pool);
        SubvolumeId image = subvolumeIn("machines", "image");
        QuotaGroupId one = quota.makeSubtree(image);
        assertThat(one).isEqualTo(new QuotaGroupId(254, image.value()));
        assertThat(quota.subtree(image)).isEqualTo(one);
        filesystem.sync();
        assertThat(quota.group(one).orElseThrow().parents()).containsExactly(pool);
        assertThat(quota.group(one).orElseThrow().children()).containsExactly(QuotaGroupId.of(image));
        assertThat(quota.group(pool).orElseThrow().children()).containsExactly(QuotaGroupId.of(machines), one);

        rescanned();
        quota.limitReferenced(pool, OptionalLong.of(8 << 20));
        assertThatThrownBy(() -> Files.write(path.resolve("machines/image/big"), new byte[16 << 20]))
                .hasMessageContaining("quota exceeded");
        assertThat(quota.subtree(subvolume("other")).level()).isZero();
    }

    private SubvolumeId subvolumeIn(String parent, String name) {
        try (Directory directory = filesystem.directory().openDirectory(EntryName.of(parent))) {
            directory.createSubvolume(EntryName.of(name));
            return directory.info(EntryName.of(name)).id();
        }
    }

    @Test
    void whatADeletedSubvolumeLeavesIsCleanedAndNothingElse() {
        SubvolumeId gone = subvolume("gone");
        SubvolumeId kept = subvolume("kept");
        QuotaGroupId subtree = quota.makeSubtree(gone);
        QuotaGroupId other = quota.makeSubtree(kept);
        quota.create(GROUP);
        filesystem.directory().deleteSubvolumeAndWait(EntryName.of("gone"), PATIENCE);
        rescanned();

        quota.destroyAllOf(gone);
        quota.destroyStale();

        assertThat(quota.groups())
                .extracting(QuotaGroup::id)
                .contains(GROUP, other, QuotaGroupId.of(kept))
                .doesNotContain(subtree, QuotaGroupId.of(gone));
        assertThat(quota.destroyAllOf(gone)).isEmpty();
    }
}
