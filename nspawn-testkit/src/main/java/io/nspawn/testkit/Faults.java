package io.nspawn.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The faults that are to strike on a {@link FakeHost}, and the record of what was called and what struck.
 *
 * <p>Each fault that is announced counts for itself the calls that it is meant for. Where several are due at one call, that
 * which was announced first strikes, and the others strike at the next call that is theirs.
 */
public final class Faults {
    /**
     * An operation that was begun.
     *
     * @param operation what it was
     * @param subject the root, file, unit or link it was on
     */
    public record Call(Operation operation, String subject) {
        @Override
        public String toString() {
            return operation + " " + subject;
        }
    }

    /**
     * A fault that struck.
     *
     * @param number the call's place among all that were begun, from 0
     */
    public record Strike(int number, Call call, Fault fault) {
        @Override
        public String toString() {
            return "call " + number + ", " + call + ": " + fault;
        }
    }

    private final Object monitor;
    private final Blows blows;
    private final List<Announced> announced = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<Strike> struck = new ArrayList<>();
    private Optional<RandomFaults.Dice> dice = Optional.empty();
    private int acts;

    Faults(Object monitor, Blows blows) {
        this.monitor = monitor;
        this.blows = blows;
    }

    /** Lets a fault strike once, at the next operation of that sort; given several times, one after another. */
    public void once(Operation operation, Fault fault) {
        nth(1, operation, fault);
    }

    /** Lets a fault strike once, at the next operation that is meant. */
    public void once(Predicate<? super Call> meant, Fault fault) {
        nth(1, meant, fault);
    }

    /**
     * Lets a fault strike once, at one of the operations of that sort still to come.
     *
     * @param n its place among them, from 1
     */
    public void nth(int n, Operation operation, Fault fault) {
        nth(n, new Sort(operation), fault);
    }

    /** Lets a fault strike once, at the {@code n}th of the operations that are meant, counted from 1. */
    public void nth(int n, Predicate<? super Call> meant, Fault fault) {
        if (n < 1) {
            throw new IllegalArgumentException("calls are counted from 1, not " + n);
        }
        announce(new Announced(meant, false, n - 1, true, fault));
    }

    /** Lets a fault strike at the operation of that sort which follows {@code skipped} others. */
    public void onceAfter(int skipped, Operation operation, Fault fault) {
        nth(skipped + 1, operation, fault);
    }

    /** Lets a fault strike at every operation of that sort, until {@link #clear}. */
    public void always(Operation operation, Fault fault) {
        always(new Sort(operation), fault);
    }

    /** Lets a fault strike at every operation that is meant, until {@link #clear}. */
    public void always(Predicate<? super Call> meant, Fault fault) {
        announce(new Announced(meant, false, 0, false, fault));
    }

    /**
     * Lets a fault strike at one of the operations that {@linkplain Operation#acts() act}, whatever its sort.
     *
     * @param number its place among those still to come, from 0
     */
    public void atAct(int number, Fault fault) {
        announce(new Announced(new Acting(), true, number, true, fault));
    }

    /** Lets faults strike at random, until {@link #clear}; the same seed on the same host gives the same faults. */
    public void atRandom(RandomFaults random) {
        synchronized (monitor) {
            dice = Optional.of(random.dice());
        }
    }

    /** Takes back the faults that have not struck, random ones too. */
    public void clear() {
        synchronized (monitor) {
            announced.clear();
            dice = Optional.empty();
        }
    }

    /** Every operation that was begun, in order; those that a fault refused too. */
    public List<Call> calls() {
        synchronized (monitor) {
            return List.copyOf(calls);
        }
    }

    /** How many of the operations that were begun {@linkplain Operation#acts() act}. */
    public int acts() {
        synchronized (monitor) {
            return acts;
        }
    }

    /** The faults that struck, in order. */
    public List<Strike> struck() {
        synchronized (monitor) {
            return List.copyOf(struck);
        }
    }

    /** The faults that are still to strike, as text; a test that announced one and never met it has tested nothing. */
    public List<String> toCome() {
        synchronized (monitor) {
            List<String> texts = new ArrayList<>();
            announced.forEach(a -> texts.add(a.toString()));
            dice.ifPresent(d -> texts.add(d.toString()));
            return List.copyOf(texts);
        }
    }

    /** What struck and what is still to strike. */
    @Override
    public String toString() {
        return "struck " + struck() + ", to come " + toCome();
    }

    /** Runs an effect with the fault that is due for it. */
    void around(Operation operation, Object subject, Runnable effect) {
        Call call = new Call(operation, subject.toString());
        int number = calls.size();
        calls.add(call);
        Optional<Fault> fault = due(call);
        if (operation.acts()) {
            acts++;
        }
        if (fault.isEmpty()) {
            effect.run();
            return;
        }
        struck.add(new Strike(number, call, fault.get()));
        blows.strike(fault.get(), call, effect);
    }

    void reset() {
        clear();
        calls.clear();
        struck.clear();
        acts = 0;
    }

    private void announce(Announced fault) {
        synchronized (monitor) {
            announced.add(fault);
        }
    }

    private Optional<Fault> due(Call call) {
        Optional<Announced> first = Optional.empty();
        for (Announced fault : announced) {
            boolean its = fault.isDueAt(call);
            if (its && first.isEmpty()) {
                first = Optional.of(fault);
            }
        }
        first.filter(Announced::strikesOnce).ifPresent(announced::remove);
        return first.map(Announced::fault).or(() -> dice.flatMap(d -> d.thrownAt(call)));
    }

    private record Sort(Operation operation) implements Predicate<Call> {
        @Override
        public boolean test(Call call) {
            return call.operation() == operation;
        }

        @Override
        public String toString() {
            return operation.name();
        }
    }

    private record Acting() implements Predicate<Call> {
        @Override
        public boolean test(Call call) {
            return call.operation().acts();
        }

        @Override
        public String toString() {
            return "an act";
        }
    }

    /** A fault that waits for its call. */
    private static final class Announced {
        private final Predicate<? super Call> meant;
        private final boolean expires;
        private final int place;
        private final boolean once;
        private final Fault fault;
        private int met;

        Announced(Predicate<? super Call> meant, boolean expires, int place, boolean once, Fault fault) {
            this.meant = meant;
            this.expires = expires;
            this.place = place;
            this.once = once;
            this.fault = fault;
        }

        /** Whether it may strike at a call, which is counted. */
        boolean isDueAt(Call call) {
            if (!meant.test(call)) {
                return false;
            }
            int now = met++;
            return expires ? now == place : now >= place;
        }

        boolean strikesOnce() {
            return once;
        }

        Fault fault() {
            return fault;
        }

        @Override
        public String toString() {
            return fault + " at " + meant + (place > met ? ", after " + (place - met) + " others" : "");
        }
    }
}
