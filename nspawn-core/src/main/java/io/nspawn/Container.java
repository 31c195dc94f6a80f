package io.nspawn;

import io.nspawn.model.ContainerStatus;
import io.nspawn.model.ExecResult;
import io.nspawn.model.KillTarget;
import io.nspawn.model.MachineName;
import io.nspawn.model.Signal;
import io.nspawn.spi.MachineControl;
import io.nspawn.spi.MachineControl.Job;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        return host.ports().machines().exec(name, List.of(command), deadline);
    }

    /**
     * Starts it and waits until its init is up; one that is up is left alone.
     *
     * @throws io.nspawn.model.JobFailedException if it does not come up, with its unit's last words
     */
    public void start() {
        await(MachineControl::start);
    }

    /** Stops it, with the host's time-out for jobs as the grace; see {@link #stop(Duration)}. */
    public void stop() {
        stop(host.timeouts().job());
    }

    /**
     * Stops it: a booted one is asked to power off, the program of an application to terminate (SIGTERM), and what still
     * runs after the grace is killed. When this returns nothing of it is held: it can be started again or removed at
     * once. Its files stay.
     *
     * @throws io.nspawn.model.DeadlineExceededException if even the kill did not end it
     */
    public void stop(Duration grace) {
        machines().stop(name, grace);
    }

    /**
     * Kills all of it at once, without a shutdown, and waits until nothing of it is held. Its files stay, as they are.
     *
     * @throws io.nspawn.model.DeadlineExceededException if something of it is still held after the host's time-out
     */
    public void terminate() {
        machines().terminate(name, host.timeouts().job());
    }

    /**
     * Waits until it has been stopped, by whomever, and nothing of it is held any more.
     *
     * @throws io.nspawn.model.DeadlineExceededException if it still runs then, or something of it is still held
     */
    public void awaitStopped(Duration deadline) {
        machines().awaitReleased(name, deadline);
    }

    /**
     * Asks it to restart itself and waits until its init is up again.
     *
     * @throws io.nspawn.model.NotFoundException if it does not run
     * @throws io.nspawn.model.JobFailedException if it did not come up again
     */
    public void reboot() {
        machines().reboot(name, host.timeouts().job());
    }

    /**
     * Sends a signal to processes inside.
     *
     * @throws io.nspawn.model.NotFoundException if it does not run
     */
    public void kill(Signal signal, KillTarget target) {
        machines().kill(name, target, signal);
    }

    /** Lets it start with the host. */
    public void enable() {
        machines().enable(List.of(name));
        machines().reload();
    }

    /** Lets it no longer start with the host; whether it runs now stays as it is. */
    public void disable() {
        machines().disable(List.of(name));
        machines().reload();
    }

    /** Whether it starts with the host. */
    public boolean isEnabled() {
        return Objects.requireNonNull(machines().units(List.of(name)).get(name)).enabled();
    }

    /**
     * The os-release(5) inside, by key: {@code ID}, {@code VERSION_ID}, …
     *
     * @throws io.nspawn.model.NotFoundException if it does not run
     */
    public Map<String, String> osRelease() {
        return machines().osRelease(name);
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

    private MachineControl machines() {
        return host.ports().machines();
    }

    private void await(BiFunction<MachineControl, MachineName, Job> verb) {
        MachineControl machines = host.ports().machines();
        Job job = verb.apply(machines, name);
        machines.awaitAny(Set.of(job), host.timeouts().job()).requireSuccess();
    }
}
