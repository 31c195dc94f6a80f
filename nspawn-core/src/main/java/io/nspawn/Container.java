package io.nspawn;

import io.nspawn.model.ContainerMetrics;
import io.nspawn.model.ContainerProcess;
import io.nspawn.model.ContainerSnapshot;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.Drift;
import io.nspawn.model.ExecResult;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.KillTarget;
import io.nspawn.model.Limits;
import io.nspawn.model.MachineName;
import io.nspawn.model.Signal;
import io.nspawn.model.SnapshotName;
import io.nspawn.spi.Inside;
import io.nspawn.spi.JournalFollower;
import io.nspawn.spi.MachineControl;
import io.nspawn.spi.MachineControl.Job;
import io.nspawn.spi.Terminal;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * A container of a host. A handle: it holds nothing, stays good when the container is restarted, and asks the host anew
 * at every call.
 */
public final class Container {
    private static final Map<String, String> TERMINAL = Map.of("TERM", "vt220");

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
        return inside().exec(spec, deadline);
    }

    /**
     * Opens root's login shell inside, on a pseudo terminal.
     *
     * @throws io.nspawn.model.NotFoundException if the container does not run
     * @throws io.nspawn.model.HostFailureException if there is no systemd with D-Bus inside
     */
    public Terminal shell() {
        return inside().shell("root", List.of(), TERMINAL);
    }

    /** Opens a user's login shell, or another program, on a pseudo terminal; {@code TERM} is {@code vt220}. */
    public Terminal shell(String user, String... command) {
        return inside().shell(user, List.of(command), TERMINAL);
    }

    /**
     * Copies a file or tree of the host into the container while it runs. Directories that are there are merged, files
     * that are there are replaced. What is copied belongs to the container's root, whoever it belonged to. No link inside
     * leads out.
     *
     * @param target an absolute path inside: what the copy is called. Its parent is there
     * @throws io.nspawn.model.NotFoundException if the container does not run, or the source or the parent is not there
     * @throws io.nspawn.model.DeadlineExceededException if it takes longer than a job may; it goes on
     */
    public void copyTo(Path source, String target) {
        inside().copyTo(source, target, true, host.timeouts().job());
    }

    /** Copies a file or tree of the container to the host, likewise; what is copied belongs to the host's root. */
    public void copyFrom(String source, Path target) {
        inside().copyFrom(source, target, true, host.timeouts().job());
    }

    /**
     * Opens a file inside for reading, as the container sees it, its mounts too. To be closed by the caller.
     *
     * @throws io.nspawn.model.NotFoundException if the container does not run, or there is no regular file
     */
    public InputStream read(String path) {
        return inside().read(path);
    }

    /**
     * Creates or replaces a file inside, in one step, from a stream that is read to its end and not closed. It belongs to
     * the container's root.
     *
     * @param mode permission bits, such as {@code 0644}
     * @throws io.nspawn.model.NotFoundException if the container does not run, or the parent directory is not there
     * @throws java.io.UncheckedIOException if the stream fails; the file is as it was
     */
    public void write(String path, InputStream content, int mode) {
        inside().write(path, content, mode);
    }

    /**
     * Binds a file or directory of the host into the container until it stops.
     *
     * @throws io.nspawn.model.UnsupportedException if the container has a user namespace, as it has unless its spec says
     *     otherwise: name the bind in the spec, and deploy again
     */
    public void bind(Path source, String target, boolean readOnly) {
        inside().bind(source, target, readOnly);
    }

    /**
     * Reads the journal of its own systemd, oldest first.
     *
     * @throws io.nspawn.model.NotFoundException if the container does not run
     * @throws io.nspawn.model.HostFailureException if there is no systemd with D-Bus inside, or no journal
     */
    public List<JournalEntry> journal(JournalQuery query) {
        return inside().journal(query, host.timeouts().exec());
    }

    /** Follows the journal of its own systemd; to be closed. */
    public JournalFollower followJournal(JournalQuery query) {
        return inside().followJournal(query);
    }

    /** Reads what the host's journal has of its unit, oldest first: starts, failures, the output of its console. */
    public List<JournalEntry> unitJournal(JournalQuery query) {
        return host.ports().machines().journal(name, query, host.timeouts().exec());
    }

    /** Follows the host's journal of its unit, over stops and starts; to be closed. */
    public JournalFollower followUnitJournal(JournalQuery query) {
        return host.ports().machines().followJournal(name, query);
    }

    /** What it uses; empty if it does not run. */
    public Optional<ContainerMetrics> metrics() {
        return Optional.ofNullable(
                host.ports().machines().metrics(List.of(name)).get(name));
    }

    /**
     * Its processes: the first one with all below it, and beside that those that were sent in from outside.
     *
     * @throws io.nspawn.model.NotFoundException if the container does not run
     */
    public List<ContainerProcess> processes() {
        return host.ports().machines().processes(name);
    }

    /**
     * The limits that hold now.
     *
     * @throws io.nspawn.model.NotFoundException if the container does not run
     */
    public Limits limits() {
        return host.ports().machines().limits(name);
    }

    /**
     * Changes limits while it runs, until the host's next boot; those that are not given stay. What its spec says is not
     * changed, and holds again after that boot.
     *
     * @return the limits that hold now, read back
     * @throws io.nspawn.model.NotFoundException if the container does not run
     */
    public Limits limit(Limits limits) {
        host.ports().machines().limit(name, limits);
        return limits();
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

    /**
     * The uid of the host that is root inside, from 524288 in steps of 65536; 0 if it has no user namespace of its own.
     * The user n inside is {@code uidShift() + n} on the host, and likewise for groups. Files below its root keep the
     * numbers from inside, where the kernel maps them at the mount.
     *
     * @throws io.nspawn.model.NotFoundException if it does not run
     * @throws io.nspawn.model.HostFailureException if its users are mapped in another way than by one shift
     */
    public long uidShift() {
        return machines().uidShift(name);
    }

    /**
     * Takes a snapshot of it, running or not: its root, with what is nested in it, read-only, and its files on the host.
     * What its programs have not written yet is not in it, as after a power loss. Needs little space and no time to speak
     * of. In the pool it is called {@code NAME@SNAPSHOT}; removing the container removes it.
     *
     * @param snapshot 1 to 64 letters, digits, dots, dashes and underscores
     * @throws io.nspawn.model.InvalidNameException if it is no name of a snapshot
     * @throws io.nspawn.model.NotFoundException if the container is not there
     * @throws io.nspawn.model.AlreadyExistsException if it has a snapshot of that name
     * @throws io.nspawn.model.InvalidSpecException if it was not made by this library
     */
    public void snapshot(String snapshot) {
        host.snapshots().take(name, SnapshotName.of(snapshot));
    }

    /** Its snapshots, oldest first. */
    public List<ContainerSnapshot> snapshots() {
        return host.snapshots().of(name);
    }

    /**
     * Makes it what it was when a snapshot was taken: root and files of the host. What was written since is gone. One that
     * runs is stopped, and started again; if it does not come up then, it is what it was before this call, and runs. The
     * snapshot stays. It keeps its machine-id and its name, its addresses and its limit.
     *
     * @throws io.nspawn.model.NotFoundException if there is no such container or snapshot
     * @throws io.nspawn.model.InvalidSpecException if it was not made by this library, or a file of it was edited by hand
     *     since; nothing was changed
     * @throws io.nspawn.model.DeployException if it failed in the middle; what it left is said there
     */
    public void rollback(String snapshot) {
        host.snapshots().rollBack(name, SnapshotName.of(snapshot));
    }

    /** What of it is no longer as its deploy left it; empty if nothing is. */
    public List<Drift> drift() {
        return host.drifts().of(List.of(name));
    }

    /** Removes a snapshot; returns whether it was there. */
    public boolean removeSnapshot(String snapshot) {
        return host.snapshots().remove(name, SnapshotName.of(snapshot));
    }

    /** Stops it and removes all that its deploy made, and its snapshots. */
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

    private Inside inside() {
        return host.ports().machines().inside(name);
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
