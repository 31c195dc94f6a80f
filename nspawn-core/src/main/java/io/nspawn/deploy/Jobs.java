package io.nspawn.deploy;

import io.nspawn.deploy.Step.StartUnit;
import io.nspawn.model.MachineName;
import io.nspawn.spi.MachineControl;
import io.nspawn.spi.MachineControl.Job;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Keeps a bounded number of jobs under way at once. */
final class Jobs {
    private final MachineControl machines;
    private final int parallel;
    private final Duration deadline;

    Jobs(MachineControl machines, int parallel, Duration deadline) {
        this.machines = machines;
        this.parallel = parallel;
        this.deadline = deadline;
    }

    /**
     * Queues a job for each step, those that wait for others when these are done; the first that fails ends the queueing
     * and is thrown.
     *
     * @param queue begins the job of a machine
     * @param ended told of each step whose job ended well, before anything that waits for it is queued
     */
    void run(List<Step> steps, Function<MachineName, Job> queue, Consumer<Step> ended) {
        Set<Step> waiting = new LinkedHashSet<>(steps);
        Set<MachineName> unfinished = new HashSet<>();
        steps.forEach(step -> unfinished.add(step.machine().orElseThrow()));
        Map<Job, Step> underWay = new HashMap<>();
        while (!unfinished.isEmpty()) {
            Optional<Step> next = next(waiting, unfinished);
            while (next.isPresent() && underWay.size() < parallel) {
                waiting.remove(next.get());
                underWay.put(queue.apply(next.get().machine().orElseThrow()), next.get());
                next = next(waiting, unfinished);
            }
            Job done = machines.awaitAny(underWay.keySet(), deadline);
            done.requireSuccess();
            Step step = Objects.requireNonNull(underWay.remove(done));
            ended.accept(step);
            unfinished.remove(step.machine().orElseThrow());
        }
    }

    private static Optional<Step> next(Set<Step> waiting, Set<MachineName> unfinished) {
        return waiting.stream()
                .filter(step -> !(step instanceof StartUnit start)
                        || start.after().stream().noneMatch(unfinished::contains))
                .findFirst();
    }
}
