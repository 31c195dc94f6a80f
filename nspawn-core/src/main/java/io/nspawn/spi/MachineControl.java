package io.nspawn.spi;

import io.nspawn.model.ContainerMetrics;
import io.nspawn.model.ContainerProcess;
import io.nspawn.model.HostEvent;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.KillTarget;
import io.nspawn.model.Limits;
import io.nspawn.model.MachineName;
import io.nspawn.model.Signal;
import io.nspawn.model.SystemdVersion;
import io.nspawn.model.Watch;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** PID 1 and machined: units, their jobs, and the machines that run. */
public interface MachineControl extends AutoCloseable {
    /**
     * What PID 1 knows of a container's unit.
     *
     * @param activeState {@code inactive}, {@code activating}, {@code active}, {@code deactivating}, {@code failed}
     * @param enabled whether it starts with the host
     * @param needsReload whether its files changed since PID 1 read them
     * @param run what tells its present run from others, the invocation id; empty if it does not run
     * @param activeSince when it became active
     * @param memoryBytes memory of its control group
     * @param tasks processes and threads
     * @param cpu CPU time used
     */
    record UnitState(
            String activeState,
            boolean enabled,
            boolean needsReload,
            Optional<String> run,
            Optional<Instant> activeSince,
            OptionalLong memoryBytes,
            OptionalLong tasks,
            Optional<Duration> cpu) {
        public boolean isActive() {
            return activeState.equals("active");
        }

        /** Whether a start would do nothing. */
        public boolean isUpOrComing() {
            return isActive() || activeState.equals("activating") || activeState.equals("reloading");
        }

        /** Whether nothing of it runs. */
        public boolean isDown() {
            return activeState.equals("inactive") || activeState.equals("failed");
        }
    }

    /** A start or stop under way. */
    interface Job {
        MachineName machine();

        /** Whether it has ended; {@link MachineControl#awaitAny} tells when. */
        boolean isDone();

        /**
         * Returns if the job ended well.
         *
         * @throws io.nspawn.model.JobFailedException if it ended otherwise, with the unit's result and journal
         * @throws io.nspawn.model.ConnectionLostException if the bus went away before it ended
         * @throws IllegalStateException if it has not ended
         */
        void requireSuccess();
    }

    SystemdVersion version();

    /** The states of the units of several machines, read in one go; a unit never heard of is inactive and disabled. */
    Map<MachineName, UnitState> units(Collection<MachineName> machines);

    /** Those of the machines whose unit is active; one call tells, however many there are. */
    Set<MachineName> active(Collection<MachineName> machines);

    /** The process id of each running machine's first process. A machine that does not run is not in the map. */
    Map<MachineName, OptionalInt> leaders(Collection<MachineName> machines);

    /** Makes PID 1 read changed unit files. */
    void reload();

    void enable(Collection<MachineName> machines);

    void disable(Collection<MachineName> machines);

    /**
     * Enables and starts units of the host itself, such as {@code systemd-networkd.service}; one that is enabled or runs
     * already stays as it is.
     *
     * @throws io.nspawn.model.NotFoundException if the host has no such unit
     * @throws io.nspawn.model.HostFailureException if one does not start
     */
    void enableUnits(Collection<String> units);

    /** Queues a start; the job may be done when this returns. */
    Job start(MachineName machine);

    /**
     * Queues a stop, which powers a booted container off, asks an application to end (SIGTERM, then
     * SIGHUP), and kills what is there after the unit's stop time-out. It has succeeded once the machine is released, as {@link
     * #awaitReleased} has it.
     */
    Job stop(MachineName machine);

    /**
     * Stops a machine: asks a booted one to power off and the program of an application to terminate (SIGTERM), kills
     * what is left after the grace, and waits until it is released. One that does not run stays as it is.
     *
     * @throws io.nspawn.model.DeadlineExceededException if even the kill did not end it
     */
    void stop(MachineName machine, Duration grace);

    /**
     * Kills all processes of a machine at once, systemd-nspawn too, and waits until it is released. No error if it does
     * not run.
     *
     * @throws io.nspawn.model.DeadlineExceededException if it is not released in time
     */
    void terminate(MachineName machine, Duration deadline);

    /**
     * Waits until nothing of a machine is held any more, so that it can be started or removed: its unit is down,
     * machined has no record of it, nobody locks its root, its host-side interfaces are gone.
     *
     * @throws io.nspawn.model.DeadlineExceededException if something of it is still held then; the reason says what
     */
    void awaitReleased(MachineName machine, Duration deadline);

    /**
     * Asks a machine to restart itself and waits until its init is up again, in a new run of its unit.
     *
     * @throws io.nspawn.model.NotFoundException if it does not run
     * @throws io.nspawn.model.JobFailedException if it went down and did not come up again
     * @throws io.nspawn.model.DeadlineExceededException if it is not up again in time
     */
    void reboot(MachineName machine, Duration deadline);

    /**
     * Sends a signal to processes inside a machine.
     *
     * @throws io.nspawn.model.NotFoundException if it does not run
     */
    void kill(MachineName machine, KillTarget target, Signal signal);

    /**
     * The os-release(5) of a running machine, by key.
     *
     * @throws io.nspawn.model.NotFoundException if it does not run, or has no such file
     */
    Map<String, String> osRelease(MachineName machine);

    /**
     * The uid of the host that is root inside a running machine; 0 if it has no user namespace of its own.
     *
     * @throws io.nspawn.model.NotFoundException if it does not run
     */
    long uidShift(MachineName machine);

    /** Forgets that a unit failed; no error if it did not. */
    void resetFailed(Collection<MachineName> machines);

    /**
     * Waits until one of the jobs is done.
     *
     * @return one that is done
     * @throws io.nspawn.model.DeadlineExceededException if none is in time
     * @throws io.nspawn.model.InterruptedOperationException if the thread is interrupted
     */
    Job awaitAny(Collection<? extends Job> jobs, Duration deadline);

    /**
     * Waits until a machine's unit is active.
     *
     * @throws io.nspawn.model.NotFoundException if the unit is down: nobody starts it
     * @throws io.nspawn.model.DeadlineExceededException if it is not active in time
     */
    void awaitActive(MachineName machine, Duration deadline);

    /** The inside of a container; whether it runs is seen when it is used. */
    Inside inside(MachineName machine);

    /** What those of the machines use that run, each read in one go; one that does not run is not in the map. */
    Map<MachineName, ContainerMetrics> metrics(Collection<MachineName> machines);

    /**
     * The processes of a container: its first process with all below it, and beside that those that were sent in from
     * outside.
     *
     * @throws io.nspawn.model.NotFoundException if the machine does not run
     */
    List<ContainerProcess> processes(MachineName machine);

    /**
     * The limits that a running container's unit has now.
     *
     * @throws io.nspawn.model.NotFoundException if the machine does not run
     */
    Limits limits(MachineName machine);

    /**
     * Changes limits of a running container until the host's next boot; those that are empty stay.
     *
     * @throws io.nspawn.model.NotFoundException if the machine does not run
     */
    void limit(MachineName machine, Limits limits);

    /** Reads what the host's journal has of a container's unit, its console among it, oldest first. */
    List<JournalEntry> journal(MachineName machine, JournalQuery query, Duration deadline);

    /** Follows the host's journal of a container's unit, also while that does not run. */
    JournalFollower followJournal(MachineName machine, JournalQuery query);

    /**
     * Tells what happens on the host, until closed: a snapshot first, then each change of that, in order, on a thread of
     * the host's; another snapshot wherever changes may have been missed.
     */
    Watch watch(Consumer<? super HostEvent> watcher);

    @Override
    void close();
}
