package io.nspawn.dbus;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every call, signal and property of ours fits what the supported versions of systemd have, in and out. */
class SignatureTest {

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Instant SEVEN_MICROS = Instant.EPOCH.plusNanos(7000);

    @ParameterizedTest
    @ValueSource(strings = {"252", "255", "257", "262"})
    void systemdFits(String version) throws Exception {
        Signatures signatures = Signatures.of(version);
        SampleBus bus = new SampleBus(signatures);
        try (Systemd systemd = Systemd.over(bus, SOON)) {
            assertThat(systemd.version()).isEqualTo("text");
            assertThat(systemd.systemState()).isEqualTo("text");
            systemd.reload();
            UnitFileChange change = new UnitFileChange("text", "text", "text");
            assertThat(systemd.enableUnitFiles(List.of("a.service"), false, true))
                    .containsExactly(change);
            assertThat(systemd.disableUnitFiles(List.of("a.service"), false)).containsExactly(change);
            Job job = systemd.startUnit("a.service", JobMode.REPLACE);
            assertThat(job.path()).isEqualTo("/path");
            assertThat(job.isDone()).isFalse();
            bus.signal(Systemd.MANAGER.interfaceName(), "JobRemoved");
            assertThat(job.await(SOON)).isEqualTo(JobResult.OTHER);
            systemd.stopUnit("a.service", JobMode.FAIL);
            systemd.restartUnit("a.service", JobMode.REPLACE);
            bus.signal(Systemd.MANAGER.interfaceName(), "Reloading");
            systemd.resetFailedUnit("a.service");
            systemd.killUnit("a.service", KillWhom.ALL, 9);
            systemd.setUnitProperties("a.service", true, Map.of("MemoryMax", new Variant("t", -1L)));
            assertThat(systemd.listUnitsByPatterns(List.of("active"), List.of("*")))
                    .containsExactly(
                            new ListedUnit("text", "text", "text", "text", "text", "/path", OptionalLong.of(7)));
            assertThat(systemd.unitFileState("a.service")).isEqualTo("text");
            OptionalLong peak = version.equals("252") ? OptionalLong.empty() : OptionalLong.of(7);
            assertThat(systemd.unit("a.service")).isEqualTo(status("a.service", peak));
            assertThat(systemd.unit("a.scope").memoryCurrent()).hasValue(7);
            UnitSummary summary =
                    systemd.summaries(List.of("a.service", "b.service")).get(1);
            assertThat(summary.activeState()).isEqualTo("text");
            assertThat(summary.tasksCurrent()).hasValue(7);
            assertThat(systemd.usages(List.of("a.service")).get(0).memoryPeak()).isEqualTo(peak);
            assertThat(systemd.limits("a.service").tasksMax()).hasValue(7);
        }
        assertKnown(signatures, bus.used(), Set.of("MemoryPeak", "MemorySwapCurrent", "OOMKills"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"252", "255", "257", "262"})
    void machinedFits(String version) throws Exception {
        Signatures signatures = Signatures.of(version);
        SampleBus bus = new SampleBus(signatures);
        Machined machined = Machined.over(bus, SOON);
        List<MachineEvent> events = new ArrayList<>();
        try (Bus.Subscription watch = machined.watch(events::add)) {
            assertThat(machined.machines()).containsExactly(new ListedMachine("text", "text", "text", "/path"));
            assertThat(machined.machine("a"))
                    .isEqualTo(new MachineStatus(
                            "text",
                            "text",
                            "text",
                            "text",
                            OptionalLong.of(7),
                            Optional.of(SEVEN_MICROS),
                            Optional.of(Path.of("text")),
                            "text",
                            List.of(5)));
            assertThat(machined.addresses("a")).containsExactly(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
            assertThat(machined.osRelease("a")).isEqualTo(Map.of("text", "text"));
            assertThat(machined.uidShift("a")).isEqualTo(7);
            machined.terminate("a");
            machined.kill("a", KillWhom.LEADER, 15);
            assertThat(machined.images())
                    .containsExactly(new ListedImage(
                            "text",
                            "text",
                            true,
                            Optional.of(SEVEN_MICROS),
                            Optional.of(SEVEN_MICROS),
                            OptionalLong.of(7),
                            "/path"));
            machined.cloneImage("a", "b", false);
            machined.removeImage("b");
            machined.renameImage("a", "b");
            machined.markImageReadOnly("a", true);
            assertThat(machined.poolPath()).isEqualTo(Path.of("text"));
            bus.signal(Machined.MANAGER.interfaceName(), "MachineNew");
            bus.signal(Machined.MANAGER.interfaceName(), "MachineRemoved");
            assertThat(watch).isNotNull();
        }
        assertThat(events)
                .containsExactly(
                        new MachineEvent.Registered("text", "/path"), new MachineEvent.Removed("text", "/path"));
        assertKnown(signatures, bus.used(), Set.of());
    }

    private static UnitStatus status(String name, OptionalLong peak) {
        return new UnitStatus(
                name,
                "text",
                "text",
                "text",
                "text",
                OptionalLong.of(7),
                Optional.of("7f000001"),
                Optional.of(SEVEN_MICROS),
                Optional.of(SEVEN_MICROS),
                true,
                "text",
                "text",
                OptionalLong.of(7),
                OptionalInt.of(5),
                OptionalInt.of(5),
                OptionalInt.of(7),
                "text",
                OptionalLong.of(7),
                peak,
                OptionalLong.of(7),
                OptionalLong.of(7));
    }

    /** Everything used is in the list, but for what only newer versions, or services, have. */
    private static void assertKnown(Signatures signatures, Set<String> used, Set<String> optional) {
        Set<String> unknown = new TreeSet<>();
        for (String name : used) {
            String[] words = name.split(" ", -1);
            boolean ofServicesOnly = words[0].endsWith(".Scope")
                    && signatures.has("org.freedesktop.systemd1.Service", words[1], words[2]);
            if (!signatures.has(words[0], words[1], words[2]) && !optional.contains(words[2]) && !ofServicesOnly) {
                unknown.add(name);
            }
        }
        assertThat(unknown).isEmpty();
    }
}
