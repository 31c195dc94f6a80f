package io.nspawn.model;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a container may use at most; written as unit properties (systemd.resource-control(5)), never as rlimits.
 *
 * @param memory {@code MemoryMax=}
 * @param tasks {@code TasksMax=}, processes and threads, 1 or more
 * @param cpuPercent {@code CPUQuota=}, percent of one CPU: 200 is two CPUs
 */
public record Limits(Optional<Size> memory, OptionalLong tasks, OptionalInt cpuPercent) {
    /** No limit but the template's own ({@code TasksMax=16384}). */
    public static final Limits NONE = new Limits(Optional.empty(), OptionalLong.empty(), OptionalInt.empty());

    public Limits {
        Objects.requireNonNull(memory);
        if (tasks.isPresent() && tasks.getAsLong() < 1) {
            throw new IllegalArgumentException("a container needs at least one task, not " + tasks.getAsLong());
        }
        if (cpuPercent.isPresent() && cpuPercent.getAsInt() < 1) {
            throw new IllegalArgumentException("a CPU quota is at least 1 percent, not " + cpuPercent.getAsInt());
        }
    }

    public Limits memory(String size) {
        return new Limits(Optional.of(Size.parse(size)), tasks, cpuPercent);
    }

    public Limits tasks(long count) {
        return new Limits(memory, OptionalLong.of(count), cpuPercent);
    }

    public Limits cpuPercent(int percent) {
        return new Limits(memory, tasks, OptionalInt.of(percent));
    }
}
