package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ExecResult;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.PoolUsage;
import io.nspawn.model.PoolUsage.Share;
import io.nspawn.model.QuotaMode;
import io.nspawn.model.Size;
import io.nspawn.model.UnsupportedException;
import io.nspawn.testkit.lab.LabTest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who takes how much of the pool, against what btrfs's own programs say, and the barrier between containers. */
@LabTest({"bookworm", "trixie"})
class PoolAccountsTest {
    private static final double TOLERANCE = 2;
    private static final Duration READY = Duration.ofSeconds(60);
    private static final long MIB = 1 << 20;

    private Host host;
    private Container full;
    private Container neighbour;

    @BeforeEach
    void deploy() {
        host = Host.local();
        host.deployAll(List.of(booted("lt-full"), booted("lt-neighbour")), progress -> {});
        full = host.container("lt-full");
        neighbour = host.container("lt-neighbour");
        full.awaitReady(READY);
        neighbour.awaitReady(READY);
    }

    private static ContainerSpec booted(String name) {
        return ContainerSpec.named(name).image(Setup.image()).build();
    }

    @AfterEach
    void remove() {
        host.pool().disableQuotas();
        Setup.remove(host, "lt-full", "lt-neighbour");
        host.close();
    }

    @Test
    void aContainerAtItsLimitIsAloneWithIt() {
        enableQuotas();
        host.pool().limit(full.name(), Size.parse("32M"));
        assertThat(host.pool().quotaMode()).isEqualTo(QuotaMode.SIMPLE);
        assertThat(host.pool().limitOf(full.name())).contains(Size.parse("32M"));
        assertThat(host.pool().limitOf(neighbour.name())).isEmpty();

        ExecResult filled = write(full, "fill", 128);

        assertThat(filled.ok()).isFalse();
        assertThat(filled.stderr()).containsAnyOf("Disk quota exceeded", "No space left on device");
        assertThat(write(neighbour, "goes-on", 128)).matches(ExecResult::ok, "the neighbour writes");
        assertThat(Command.result("dd", "if=/dev/zero", "of=/var/lib/machines/lt-host", "bs=1M", "count=64")
                        .status())
                .isZero();
        Command.run("rm", "/var/lib/machines/lt-host");
        // What it wrote before quotas were enabled counts for nobody: what a boot writes, far less than this.
        assertThat(host.pool().usage(full.name().value()).disk().exclusive()).isBetween(24 * MIB, 40 * MIB);
        assertThat(host.pool().usage(neighbour.name().value()).disk().exclusive())
                .isGreaterThanOrEqualTo(128 * MIB);

        host.pool().unlimit(full.name());
        assertThat(host.pool().limitOf(full.name())).isEmpty();
        assertThat(write(full, "more", 128)).matches(ExecResult::ok, "it writes again");
    }

    /** Root in a container may make subvolumes, which begin a count of their own: that of what is around them goes on. */
    @Test
    void whatIsNestedCountsForWhoMadeIt() {
        enableQuotas();
        ContainerSpec limited = ContainerSpec.named("lt-full")
                .image(Setup.image())
                .limits(limits -> limits.disk("32M"))
                .build();
        assertThat(host.plan(limited).toString()).contains("limit what it writes to 32.0M");
        host.deploy(limited);
        assertThat(host.pool().limitOf(full.name())).contains(Size.parse("32M"));
        assertThat(host.deployAll(List.of(limited), progress -> {}).changed()).isZero();
        Command.run("btrfs", "subvolume", "create", root(full) + "/var/nested");

        ExecResult filled = write(full, "nested/fill", 128);

        assertThat(filled.ok()).isFalse();
        assertThat(filled.stderr()).containsAnyOf("Disk quota exceeded", "No space left on device");
        assertThat(write(full, "beside", 8).ok()).isFalse();
        assertThat(write(neighbour, "goes-on", 64)).matches(ExecResult::ok, "the neighbour writes");
    }

    @Test
    void aLimitInASpecIsThereBeforeTheFirstStart() {
        enableQuotas();
        Setup.remove(host, "lt-full");

        host.deploy(ContainerSpec.named("lt-full")
                .image(Setup.image())
                .limits(limits -> limits.disk("64M"))
                .build());

        assertThat(host.pool().limitOf(full.name())).contains(Size.parse("64M"));
        assertThat(write(full, "fill", 128).ok()).isFalse();
        assertThat(write(neighbour, "goes-on", 128)).matches(ExecResult::ok, "the neighbour writes");
    }

    @Test
    void anUpgradedContainerHasTheLimitOfItsSpecOrElseTheOldOne() {
        enableQuotas();

        host.upgrade(
                ContainerSpec.named("lt-full")
                        .image(Setup.image())
                        .limits(limits -> limits.disk("64M"))
                        .build(),
                Setup.image());
        assertThat(host.pool().limitOf(full.name())).contains(Size.parse("64M"));
        host.upgrade(booted("lt-full"), Setup.image());

        assertThat(host.pool().limitOf(full.name())).contains(Size.parse("64M"));
        assertThat(write(full, "fill", 128).ok()).isFalse();
        assertThat(write(neighbour, "goes-on", 128)).matches(ExecResult::ok, "the neighbour writes");
    }

    private void enableQuotas() {
        try {
            host.pool().enableSimpleQuotas();
        } catch (UnsupportedException e) {
            Assumptions.abort(String.valueOf(e.getMessage()));
        }
    }

    @Test
    void usageIsWhatBtrfsSays() {
        assertThat(write(full, "mine", 50).ok()).isTrue();
        assertThat(write(neighbour, "other", 20).ok()).isTrue();
        Command.run("btrfs", "subvolume", "create", root(neighbour) + "/nested");
        Command.run("dd", "if=/dev/urandom", "of=" + root(neighbour) + "/nested/data", "bs=1M", "count=10");

        List<PoolUsage> usages = host.pool().usage();

        assertThat(usages).extracting(PoolUsage::root).containsExactly(Setup.image(), "lt-full", "lt-neighbour");
        for (PoolUsage usage : usages) {
            Share said = filesystemDu(usage.root());
            assertThat(usage.content().total()).isCloseTo(said.total(), near());
            assertThat(usage.content().exclusive()).isCloseTo(said.exclusive(), near());
            assertThat(usage.content().shared()).isCloseTo(said.shared(), near());
            // Nothing is compressed here, and nothing was overwritten in part.
            assertThat(usage.disk().exclusive()).isCloseTo(usage.content().exclusive(), near());
        }
        assertThat(host.pool().usage("lt-neighbour").disk().exclusive()).isGreaterThanOrEqualTo(30 * MIB);
        assertThatThrownBy(() -> host.pool().usage("lt-none")).isInstanceOf(NotFoundException.class);
    }

    /** The groups count metadata too, so that it takes some data until it is less than a few in a hundred. */
    @Test
    void usageIsWhatQuotaGroupsSay() {
        assertThat(write(full, "mine", 100).ok()).isTrue();
        Command.run("btrfs", "quota", "enable", "/var/lib/machines");
        Command.run("btrfs", "quota", "rescan", "-w", "/var/lib/machines");
        PoolUsage usage = host.pool().usage("lt-full");

        String id = Command.run("btrfs", "subvolume", "show", root(full))
                .lines()
                .filter(line -> line.contains("Subvolume ID:"))
                .map(line -> line.replaceAll("\\D", ""))
                .findFirst()
                .orElseThrow();
        long exclusive = Command.run("btrfs", "qgroup", "show", "--raw", "--sync", "/var/lib/machines")
                .lines()
                .map(line -> Arrays.asList(line.strip().split("\\s+")))
                .filter(words -> words.get(0).equals("0/" + id))
                .map(words -> Long.parseLong(words.get(2)))
                .findFirst()
                .orElseThrow();

        assertThat(host.pool().quotaMode()).isEqualTo(QuotaMode.FULL);
        assertThat(usage.disk().exclusive()).isCloseTo(exclusive, near());
    }

    @Test
    void withoutQuotasNothingCanBeLimited() {
        assertThat(host.pool().quotaMode()).isEqualTo(QuotaMode.NONE);
        assertThatThrownBy(() -> host.pool().limit(full.name(), Size.parse("1G")))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("enableSimpleQuotas");
        assertThatThrownBy(() -> host.pool().limit(MachineName.of("lt-none"), Size.parse("1G")))
                .isInstanceOf(NotFoundException.class);
        assertThat(host.pool().limitOf(full.name())).isEqualTo(Optional.empty());
    }

    /** Random, so that nothing could compress it away; synced, so that all of it is counted. */
    private static ExecResult write(Container container, String name, int mebibytes) {
        return container.exec(
                "dd", "if=/dev/urandom", "of=/var/" + name, "bs=1M", "count=" + mebibytes, "conv=fsync", "status=none");
    }

    private static String root(Container container) {
        return "/var/lib/machines/" + container.name();
    }

    private static Share filesystemDu(String root) {
        String last = Command.run("btrfs", "filesystem", "du", "--summarize", "--raw", "/var/lib/machines/" + root)
                .lines()
                .reduce((first, second) -> second)
                .orElseThrow();
        List<String> words = Arrays.asList(last.strip().split("\\s+"));
        return new Share(Long.parseLong(words.get(0)), Long.parseLong(words.get(1)));
    }

    private static Percentage near() {
        return Percentage.withPercentage(TOLERANCE);
    }
}
