package io.nspawn.host;

import io.nspawn.config.SystemdFile;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.ExecResult;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.MachineName;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.MachineControl;
import io.nspawn.spi.MachineControl.Job;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The container of an image under construction. Its settings are in /run and its unit is not enabled, so that a reboot
 * of the host leaves nothing that starts.
 */
final class BuildContainer {
    private static final Path SETTINGS = Path.of("/run/systemd/nspawn");
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final HostPorts host;
    private final MachineName machine;
    private final Duration jobDeadline;

    BuildContainer(HostPorts host, MachineName machine, Duration jobDeadline) {
        this.host = host;
        this.machine = machine;
        this.jobDeadline = jobDeadline;
    }

    /** Boots the root that has the machine's name, as far as commands can be run. */
    void start(boolean hostNetwork) {
        host.files().replaceAll(Map.of(settings(), settings(hostNetwork).text().getBytes(StandardCharsets.UTF_8)));
        Job job = host.machines().start(machine);
        host.machines().awaitAny(List.of(job), jobDeadline).requireSuccess();
    }

    /**
     * Runs a command to its end.
     *
     * @param log told what it says, a line at a time
     * @return what it said last
     * @throws HostFailureException if it fails, with what it said last
     */
    List<String> run(List<String> command, Duration deadline, Consumer<String> log) {
        LineLog lines = new LineLog(log);
        ExecSpec spec = ExecSpec.of(command)
                .environment("DEBIAN_FRONTEND", "noninteractive")
                .environment("LC_ALL", "C.UTF-8")
                .stdout(lines)
                .stderr(lines);
        ExecResult result = host.machines().inside(machine).exec(spec, deadline);
        lines.close();
        if (!result.ok()) {
            List<String> last = lines.last();
            String said = last.isEmpty() ? ", and it said nothing" : ": " + String.join(" | ", lastOf(last));
            throw new HostFailureException(
                    Failure.of("run", String.join(" ", command), "exit code " + result.exitCode() + said));
        }
        return lines.last();
    }

    private static List<String> lastOf(List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - 10), lines.size());
    }

    /** Stops it and takes its settings away; the root is free then. */
    void stop() {
        host.machines().stop(machine, GRACE);
        host.machines().awaitReleased(machine, GRACE);
        host.machines().resetFailed(List.of(machine));
        host.files().delete(settings());
    }

    /** Takes away what runs of it and its settings, in whatever state a run left it that was killed. */
    void sweep() {
        MachineControl machines = host.machines();
        if (!Objects.requireNonNull(machines.units(List.of(machine)).get(machine))
                .isDown()) {
            machines.terminate(machine, GRACE);
        }
        machines.resetFailed(List.of(machine));
        host.files().delete(settings());
    }

    private Path settings() {
        return SETTINGS.resolve(SettingsFile.path(machine).getFileName());
    }

    /** Owners stay what they are on disk ({@code map}): a build must not hand the image over to a range of users. */
    private static SystemdFile settings(boolean hostNetwork) {
        SystemdFile.Builder file = SystemdFile.builder();
        file.section("Exec")
                .set("Boot", true)
                .set("NotifyReady", true)
                .set("Parameters", "systemd.unit=basic.target")
                .set("PrivateUsers", "pick")
                .set("ResolvConf", hostNetwork ? "replace-host" : "off")
                .set("Timezone", "off")
                .set("LinkJournal", "no");
        file.section("Files").set("PrivateUsersOwnership", "map");
        file.section("Network").set("Private", !hostNetwork).set("VirtualEthernet", false);
        return file.build();
    }
}
