package io.nspawn.local;

import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ExecResult;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NspawnException;
import io.nspawn.model.SystemdVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands in a container as transient units of its own systemd, so that they stand in its control group.
 *
 * <p>Done through systemd-run(1): root of the host is nobody in the container's user namespace, and a JVM cannot enter
 * one, having more threads than one (setns(2)).
 */
final class Exec {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");
    private static final int NO_EXPANSION_SINCE = 254;
    private static final Duration KILL = Duration.ofSeconds(10);
    /** The words of systemd 252 and of 257. */
    private static final Pattern NO_CONNECTION =
            Pattern.compile("Failed to (connect to [a-z ]*bus|create bus connection|get machine PTY)");

    private final SystemdVersion version;

    Exec(SystemdVersion version) {
        this.version = version;
    }

    ExecResult run(MachineName machine, List<String> command, Duration deadline) {
        if (command.isEmpty() || command.get(0).isEmpty()) {
            throw new IllegalArgumentException("exec needs a command");
        }
        String unit = "nspawn-exec-" + UUID.randomUUID() + ".service";
        try {
            ExecResult result = ChildProcess.run(commandLine(machine, unit, command), deadline);
            requireConnection(machine, result);
            return result;
        } catch (DeadlineExceededException | InterruptedOperationException e) {
            kill(machine, unit);
            throw e;
        }
    }

    private List<String> commandLine(MachineName machine, String unit, List<String> command) {
        List<String> line = new ArrayList<>(List.of(
                "systemd-run", "--machine=" + machine, "--unit=" + unit, "--pipe", "--wait", "--quiet", "--collect"));
        if (version.atLeast(NO_EXPANSION_SINCE)) {
            line.add("--expand-environment=no");
        }
        line.add("--");
        command.forEach(word -> line.add(version.atLeast(NO_EXPANSION_SINCE) ? word : word.replace("$", "$$")));
        return line;
    }

    private static void requireConnection(MachineName machine, ExecResult result) {
        if (result.exitCode() == 1 && NO_CONNECTION.matcher(result.stderr()).lookingAt()) {
            throw new HostFailureException(
                    Failure.of("exec in", machine.value(), result.stderr().strip())
                            .remedy("The container needs a running systemd and D-Bus inside."));
        }
    }

    /** The unit inside goes on when systemd-run is killed. */
    private static void kill(MachineName machine, String unit) {
        boolean interrupted = Thread.interrupted();
        try {
            ChildProcess.run(List.of("systemctl", "--machine=" + machine, "kill", "--signal=SIGKILL", unit), KILL);
        } catch (NspawnException e) {
            LOG.warn("{} in {} may still run: {}", unit, machine, e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
