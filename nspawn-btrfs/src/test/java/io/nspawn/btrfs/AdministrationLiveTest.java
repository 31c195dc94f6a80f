package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AdministrationLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs();

    @Test
    void quotaIsOffUntilAskedFor() {
        try (Filesystem filesystem = Filesystem.open(BTRFS.root())) {
            Quota quota = filesystem.quota();
            assertThat(quota.mode()).isEqualTo(QuotaMode.NONE);
            assertThatThrownBy(quota::groups).isInstanceOf(BtrfsException.QuotaDisabled.class);
            QuotaGroupId group = QuotaGroupId.of(SubvolumeId.TOP_LEVEL);
            assertThatThrownBy(() -> quota.limitReferenced(group, OptionalLong.of(1)))
                    .isInstanceOf(BtrfsException.QuotaDisabled.class);
        }
    }

    @Test
    void simpleQuotasLimitASubvolume() throws IOException {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("old"));
        try (Filesystem filesystem = Filesystem.open(path)) {
            Quota quota = filesystem.quota();
            enableSimple(quota);
            try {
                limitsASubvolume(filesystem, quota, path);
            } finally {
                quota.disable();
            }
            assertThat(quota.mode()).isEqualTo(QuotaMode.NONE);
        }
    }

    /** A kernel that is new enough and refuses all the same is a failure, not a reason to skip. */
    private static void enableSimple(Quota quota) {
        try {
            quota.enableSimple();
        } catch (BtrfsException.Unsupported e) {
            Matcher release = Pattern.compile("(\\d+)\\.(\\d+).*").matcher(System.getProperty("os.version"));
            assertThat(release.matches()).isTrue();
            int version = Integer.parseInt(release.group(1)) * 1000 + Integer.parseInt(release.group(2));
            assertThat(version).isLessThan(6007);
            assumeTrue(false, "needs Linux 6.7: " + e.getMessage());
        }
    }

    private static void limitsASubvolume(Filesystem filesystem, Quota quota, Path path) throws IOException {
        assertThat(quota.mode()).isEqualTo(QuotaMode.SIMPLE);
        assertThat(quota.isInconsistent()).isFalse();
        quota.enableSimple();
        assertThatThrownBy(() -> quota.enableFull(FullQuotaCost.SLOWS_SNAPSHOTS_COMMITS_AND_DELETIONS))
                .isInstanceOf(BtrfsException.Busy.class);
        assertThatThrownBy(quota::rescan).isInstanceOf(BtrfsException.Unsupported.class);
        assertThat(quota.mode()).isEqualTo(QuotaMode.SIMPLE);
        Subvolumes.create(path.resolve("limited"));
        QuotaGroupId group =
                QuotaGroupId.of(Subvolumes.info(path.resolve("limited")).id());
        quota.limitReferenced(group, OptionalLong.of(8 << 20));
        quota.limitExclusive(group, OptionalLong.of(9 << 20));
        Files.write(path.resolve("limited/fits"), new byte[4 << 20]);
        filesystem.sync();

        QuotaGroup shown = quota.group(group).orElseThrow();
        assertThat(shown.referenced()).isBetween(4L << 20, 5L << 20);
        assertThat(shown.maximumReferenced()).hasValue(8 << 20);
        assertThat(shown.maximumExclusive()).hasValue(9 << 20);
        assertThat(shown.parents()).isEmpty();
        assertThatThrownBy(() -> Files.write(path.resolve("limited/more"), new byte[16 << 20]))
                .hasMessageContaining("quota exceeded");

        quota.limitReferenced(group, OptionalLong.empty());
        quota.limitExclusive(group, OptionalLong.empty());
        Files.write(path.resolve("limited/more"), new byte[16 << 20]);
        filesystem.sync();
        assertThat(quota.group(group).orElseThrow().maximumReferenced()).isEmpty();
        QuotaGroupId none = new QuotaGroupId(0, 99_999);
        assertThatThrownBy(() -> quota.limitReferenced(none, OptionalLong.of(1)))
                .isInstanceOf(BtrfsException.NotFound.class);
    }

    @Test
    void devicesAreThoseOfTheTool() {
        try (Filesystem filesystem = Filesystem.open(BTRFS.root())) {
            List<Device> devices = filesystem.devices();
            assertThat(devices).hasSize(1);
            Device device = devices.get(0);
            assertThat(Shell.run("btrfs", "filesystem", "show", "--raw", BTRFS.root()))
                    .containsPattern("devid\\s+" + device.id() + " size " + device.size() + " used "
                            + device.allocated() + " path " + device.path());
            assertThat(filesystem.deviceErrors(device.id()).none()).isTrue();
            assertThatThrownBy(() -> filesystem.deviceErrors(77)).isInstanceOf(BtrfsException.NotFound.class);
        }
    }

    @Test
    void resizesAndBack() {
        try (Filesystem filesystem = Filesystem.open(BTRFS.root())) {
            filesystem.resize(1, OptionalLong.of(1L << 30));
            assertThat(filesystem.space().total()).isEqualTo(1L << 30);
            filesystem.resize(1, OptionalLong.empty());
            assertThat(filesystem.space().total()).isEqualTo(2L << 30);
            assertThatThrownBy(() -> filesystem.resize(9, OptionalLong.empty()))
                    .isInstanceOf(BtrfsException.NotFound.class);
            assertThatThrownBy(() -> filesystem.resize(1, OptionalLong.of(0)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
