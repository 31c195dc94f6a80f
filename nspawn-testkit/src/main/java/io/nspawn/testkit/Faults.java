package io.nspawn.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The faults that are to strike on a {@link FakeHost}, and the record of what was called. */
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

    private final Object monitor;
    private final Map<Operation, Deque<Fault>> byOperation = new EnumMap<>(Operation.class);
    private final Map<Integer, Fault> byNumber = new HashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private int acts;

    Faults(Object monitor) {
        this.monitor = monitor;
    }

    /** Lets a fault strike once, at the next operation of that sort; given several times, one after another. */
    public void once(Operation operation, Fault fault) {
        synchronized (monitor) {
            byOperation.computeIfAbsent(operation, o -> new ArrayDeque<>()).add(fault);
        }
    }

    /** Lets a fault strike at the operation of that sort which follows {@code skipped} others. */
    public void onceAfter(int skipped, Operation operation, Fault fault) {
        for (int i = 0; i < skipped; i++) {
            once(operation, Fault.meanwhile(() -> {}));
        }
        once(operation, fault);
    }

    /**
     * Lets a fault strike at one of the operations that {@linkplain Operation#acts() act}, whatever its sort.
     *
     * @param number its place among those still to come, from 0
     */
    public void atAct(int number, Fault fault) {
        synchronized (monitor) {
            byNumber.put(acts + number, fault);
        }
    }

    /** Takes back the faults that have not struck. */
    public void clear() {
        synchronized (monitor) {
            byOperation.clear();
            byNumber.clear();
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

    /** Runs an effect with the fault that is due for it. */
    void around(Operation operation, Object subject, Runnable effect) {
        Optional<Fault> fault = due(operation, subject);
        fault.ifPresent(Fault::before);
        effect.run();
        fault.ifPresent(Fault::after);
    }

    void reset() {
        clear();
        calls.clear();
        acts = 0;
    }

    private Optional<Fault> due(Operation operation, Object subject) {
        calls.add(new Call(operation, subject.toString()));
        Optional<Fault> numbered = Optional.empty();
        if (operation.acts()) {
            numbered = Optional.ofNullable(byNumber.remove(acts));
            acts++;
        }
        if (numbered.isPresent()) {
            return numbered;
        }
        Deque<Fault> queue = byOperation.get(operation);
        return queue == null ? Optional.empty() : Optional.ofNullable(queue.poll());
    }
}
