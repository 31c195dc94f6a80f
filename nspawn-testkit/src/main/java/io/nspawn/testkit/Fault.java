package io.nspawn.testkit;

import io.nspawn.model.Failure;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;

/** What goes wrong at an operation of a {@link FakeHost}: before its effect, or after it. */
public final class Fault {
    private final Runnable before;
    private final Runnable after;

    private Fault(Runnable before, Runnable after) {
        this.before = before;
        this.after = after;
    }

    /** The host refuses: nothing is done, and the exception is thrown. */
    public static Fault refuse(NspawnException exception) {
        return new Fault(raise(exception), () -> {});
    }

    /** The host does it, and the exception is thrown nevertheless: a reply that is lost, say. */
    public static Fault failAfter(NspawnException exception) {
        return new Fault(() -> {}, raise(exception));
    }

    /** The host refuses because a file system is full. */
    public static Fault noSpace() {
        Failure failure = Failure.of("write", "the pool", "no space left on device")
                .named("ENOSPC")
                .outcome(Outcome.NOT_APPLIED);
        return refuse(new NoSpaceException(failure));
    }

    /** This process dies just before the operation. */
    public static Fault killed() {
        return new Fault(kill("before"), () -> {});
    }

    /** This process dies just after the operation. */
    public static Fault killedAfter() {
        return new Fault(() -> {}, kill("after"));
    }

    /** Somebody else does something just before the operation; the operation then runs as it can. */
    public static Fault meanwhile(Runnable somethingElse) {
        return new Fault(somethingElse, () -> {});
    }

    void before() {
        before.run();
    }

    void after() {
        after.run();
    }

    private static Runnable raise(NspawnException exception) {
        return () -> {
            throw exception;
        };
    }

    private static Runnable kill(String when) {
        return () -> {
            throw new HostKilled(when + " the operation");
        };
    }
}
