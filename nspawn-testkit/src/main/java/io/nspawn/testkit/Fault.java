package io.nspawn.testkit;

import io.nspawn.model.MachineName;
import io.nspawn.model.NspawnException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What goes wrong at an operation of a {@link FakeHost}, as data: it can be compared, printed and kept.
 *
 * <pre>{@code
 * host.faults().once(Operation.CLONE, Errno.ENOSPC);
 * host.faults().nth(3, Operation.START, Fault.replyLost());
 * }</pre>
 *
 * <p>Where it strikes is said to {@link Faults}. What the caller sees is what the real host lets it see: the type of the
 * exception, its error name, its remedy and its outcome depend on the operation.
 */
public sealed interface Fault
        permits Errno,
                Fault.Refused,
                Fault.FailedAfter,
                Fault.ReplyLost,
                Fault.Delayed,
                Fault.BusDropped,
                Fault.SignalLost,
                Fault.MachineKilled,
                Fault.PoolFull,
                Fault.ProcessKilled,
                Fault.HostCrashed,
                Fault.Meanwhile {

    /** How long a call on the bus waits for its reply. */
    Duration CALL_DEADLINE = Duration.ofSeconds(30);

    /** Whether a blow falls before the operation has its effect, or after. */
    enum Moment {
        BEFORE,
        AFTER
    }

    /** The host refuses: nothing is done, and the exception is thrown. */
    record Refused(NspawnException exception) implements Fault {
        @Override
        public String toString() {
            return "refused: " + exception.getMessage();
        }
    }

    /** The host does it, and the exception is thrown nevertheless. */
    record FailedAfter(NspawnException exception) implements Fault {
        @Override
        public String toString() {
            return "failed after it: " + exception.getMessage();
        }
    }

    /**
     * The host does it, and the answer never comes: on the bus a {@link io.nspawn.model.DeadlineExceededException} after
     * {@link #CALL_DEADLINE}, on netlink the same at once, of files and the pool an EIO. The outcome is unknown.
     */
    record ReplyLost() implements Fault {
        @Override
        public String toString() {
            return "reply lost";
        }
    }

    /**
     * The host takes its time, by its own clock; longer than {@link #CALL_DEADLINE} for a call on the bus is a reply that
     * is lost.
     */
    record Delayed(Duration by) implements Fault {
        public Delayed {
            requireNotNegative(by);
        }

        @Override
        public String toString() {
            return "delayed by " + by;
        }
    }

    /**
     * The bus goes away, and is back after a while by the host's clock. A call on it is not done, though its caller cannot
     * know that: {@link io.nspawn.model.ConnectionLostException}, outcome unknown. Anything else is done. The results of
     * jobs that end meanwhile are lost, and watchers are told everything anew.
     */
    record BusDropped(Duration away) implements Fault {
        public BusDropped {
            requireNotNegative(away);
        }

        @Override
        public String toString() {
            return "bus dropped for " + away;
        }
    }

    /**
     * The job that this operation queues runs, and nobody hears of its end: waiting for it takes until the deadline. At an
     * operation that queues no job nothing happens.
     */
    record SignalLost() implements Fault {
        @Override
        public String toString() {
            return "signal lost";
        }
    }

    /**
     * A container dies just after the operation, as if all its processes were killed.
     *
     * @param machine empty for the one that the operation is about, or else the first that runs; nothing happens if it
     *     does not run
     */
    record MachineKilled(Optional<MachineName> machine) implements Fault {
        @Override
        public String toString() {
            return machine.map(name -> "machine " + name + " killed").orElse("machine killed");
        }
    }

    /**
     * Something else has filled the pool just before the operation. It stays full until room is made: a root removed, the
     * pool grown, {@link FakeHost#drainPool} called.
     */
    record PoolFull() implements Fault {
        @Override
        public String toString() {
            return "pool full";
        }
    }

    /** This process dies: {@link HostKilled} is thrown, the host lives on. */
    record ProcessKilled(Moment moment) implements Fault {
        @Override
        public String toString() {
            return "process killed " + moment.name().toLowerCase(Locale.ROOT) + " it";
        }
    }

    /** The host loses power, this process with it ({@link HostKilled}), and boots again: {@link FakeHost#crash}. */
    record HostCrashed(Moment moment) implements Fault {
        @Override
        public String toString() {
            return "host crashed " + moment.name().toLowerCase(Locale.ROOT) + " it";
        }
    }

    /** Somebody else does something just before the operation, which then runs as it can. */
    record Meanwhile(String what, Runnable action) implements Fault {
        @Override
        public String toString() {
            return "meanwhile " + what;
        }
    }

    /** The host refuses: nothing is done, and the exception is thrown. */
    static Fault refuse(NspawnException exception) {
        return new Refused(exception);
    }

    /** The host does it, and the exception is thrown nevertheless. */
    static Fault failAfter(NspawnException exception) {
        return new FailedAfter(exception);
    }

    /** The host refuses because a file system is full; the next time it may not be. The same as {@link Errno#ENOSPC}. */
    static Fault noSpace() {
        return Errno.ENOSPC;
    }

    /** The host does it, and the answer never comes. */
    static Fault replyLost() {
        return new ReplyLost();
    }

    /** The host takes its time. */
    static Fault delayed(Duration by) {
        return new Delayed(by);
    }

    /** The bus goes away, and is back a second later. */
    static Fault busDropped() {
        return busDropped(Duration.ofSeconds(1));
    }

    /** The bus goes away for a while. */
    static Fault busDropped(Duration away) {
        return new BusDropped(away);
    }

    /** The end of the job that the operation queues is not heard of. */
    static Fault signalLost() {
        return new SignalLost();
    }

    /** The container that the operation is about dies just after it. */
    static Fault machineKilled() {
        return new MachineKilled(Optional.empty());
    }

    /** A container dies just after the operation. */
    static Fault machineKilled(String name) {
        return new MachineKilled(Optional.of(MachineName.mapped(name)));
    }

    /** The pool is full from now on, until room is made. */
    static Fault poolFull() {
        return new PoolFull();
    }

    /** This process dies just before the operation. */
    static Fault killed() {
        return new ProcessKilled(Moment.BEFORE);
    }

    /** This process dies just after the operation. */
    static Fault killedAfter() {
        return new ProcessKilled(Moment.AFTER);
    }

    /** The host loses power just before the operation. */
    static Fault hostCrashed() {
        return new HostCrashed(Moment.BEFORE);
    }

    /** The host loses power just after the operation, before more than that is made durable. */
    static Fault hostCrashedAfter() {
        return new HostCrashed(Moment.AFTER);
    }

    /** Somebody else does something just before the operation. */
    static Fault meanwhile(Runnable somethingElse) {
        return new Meanwhile("something else", somethingElse);
    }

    private static void requireNotNegative(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time does not run backwards: " + time);
        }
    }
}
