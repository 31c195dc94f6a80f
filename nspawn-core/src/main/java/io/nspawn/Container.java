package io.nspawn;

import io.nspawn.model.ContainerStatus;
import io.nspawn.model.ExecResult;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.MachineName;
import io.nspawn.spi.MachineControl;
import io.nspawn.spi.MachineControl.Job;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * A container of a host. A handle: it holds nothing, stays good when the container is restarted, and asks the host anew
 * at every call.
 */
public final class Container {
    private final Host host;
    private final MachineName name;

    Container(Host host, MachineName name) {
        this.host = host;
        this.name = name;
    }

    public MachineName name() {
        return name;
    }

    /** How it is now; a container that is not there is {@code ABSENT}. */
    public ContainerStatus status() {
        return host.statuses().of(name);
    }

    /**
     * Waits until its init is up and the static addresses that its spec gave it are there.
     *
     * @throws io.nspawn.model.NotFoundException if nobody starts it
     * @throws io.nspawn.model.DeadlineExceededException if it is not ready in time
     */
    public ContainerStatus awaitReady(Duration deadline) {
        host.awaitAllReady(List.of(name), deadline);
        return status();
    }

    /**
     * Runs a command inside: as its root, in its control group, without a terminal, within the host's time-out.
     *
     * @param command the program and its arguments, taken as they are; no shell
     * @throws io.nspawn.model.NotFoundException if the container does not run
     * @throws io.nspawn.model.DeadlineExceededException if the command does not end in time; it is killed
     */
    public ExecResult exec(String... command) {
        return exec(host.timeouts().exec(), command);
    }

    /** Runs a command inside with a deadline of its own. */
    public ExecResult exec(Duration deadline, String... command) {
        return exec(ExecSpec.of(command).deadline(deadline));
    }

    /**
     * Runs a command inside: in its control group, without a terminal, with the input, outputs, environment, user and
     * working directory that the spec names. Interrupting the thread kills the command.
     *
     * @throws io.nspawn.model.NotFoundException if the container does not run, or stops while the command runs
     * @throws io.nspawn.model.DeadlineExceededException if the command does not end in time; it is killed
     * @throws io.nspawn.model.InterruptedOperationException if the thread is interrupted; it is killed
     * @throws io.nspawn.model.HostFailureException if there is no systemd with D-Bus inside, or more is written than kept
     * @throws java.io.UncheckedIOException if a stream of the spec fails; it is killed
     */
    public ExecResult exec(ExecSpec spec) {
        Duration deadline = spec.deadline().orElse(host.timeouts().exec());
        return host.ports().machines().exec(name, spec, deadline);
    }

    /**
     * Starts it and waits until its init is up; one that is up is left alone.
     *
     * @throws io.nspawn.model.JobFailedException if it does not come up, with its unit's last words
     */
    public void start() {
        await(MachineControl::start);
    }

    /** Stops it, a booted one by powering it off, and waits until nothing of it runs. Its files stay. */
    public void stop() {
        await(MachineControl::stop);
    }

    /** Stops it and removes all that its deploy made. */
    public void remove() {
        host.removeAll(List.of(name), progress -> {});
    }

    /** Bytes on disk that it wrote since it was cloned and shares with no other; empty where that cannot be told. */
    public OptionalLong ownBytes() {
        return host.ports().images().ownBytes(name.value());
    }

    @Override
    public String toString() {
        return name.value();
    }

    private void await(BiFunction<MachineControl, MachineName, Job> verb) {
        MachineControl machines = host.ports().machines();
        Job job = verb.apply(machines, name);
        machines.awaitAny(Set.of(job), host.timeouts().job()).requireSuccess();
    }
}
