package io.nspawn.model;

import java.util.ArrayList;
import java.util.List;
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
 * @param disk what it may write to the pool, subvolumes made in it included; no unit property, but a quota of btrfs, which
 *     must be enabled in the pool. What it shares with its image is not counted
 */
public record Limits(Optional<Size> memory, OptionalLong tasks, OptionalInt cpuPercent, Optional<Size> disk) {
    /** No limit but the template's own ({@code TasksMax=16384}). */
    public static final Limits NONE = new Limits(Optional.empty(), OptionalLong.empty(), OptionalInt.empty());

    /** Without a limit of what it writes. */
    public Limits(Optional<Size> memory, OptionalLong tasks, OptionalInt cpuPercent) {
        this(memory, tasks, cpuPercent, Optional.empty());
    }

    public Limits {
        Objects.requireNonNull(memory);
        Objects.requireNonNull(disk);
        if (tasks.isPresent() && tasks.getAsLong() < 1) {
            throw new IllegalArgumentException("a container needs at least one task, not " + tasks.getAsLong());
        }
        if (cpuPercent.isPresent() && cpuPercent.getAsInt() < 1) {
            throw new IllegalArgumentException("a CPU quota is at least 1 percent, not " + cpuPercent.getAsInt());
        }
    }

    /** What is limited, as {@code memory 4.0G, tasks 4096}; {@code none} where nothing is. */
    @Override
    public String toString() {
        List<String> set = new ArrayList<>();
        memory.ifPresent(size -> set.add("memory " + size));
        tasks.ifPresent(count -> set.add("tasks " + count));
        cpuPercent.ifPresent(percent -> set.add("CPU " + percent + "%"));
        disk.ifPresent(size -> set.add("disk " + size));
        return set.isEmpty() ? "none" : String.join(", ", set);
    }

    public Limits memory(String size) {
        return new Limits(Optional.of(Size.parse(size)), tasks, cpuPercent, disk);
    }

    public Limits tasks(long count) {
        return new Limits(memory, OptionalLong.of(count), cpuPercent, disk);
    }

    public Limits cpuPercent(int percent) {
        return new Limits(memory, tasks, OptionalInt.of(percent), disk);
    }

    /** What it may write to the pool; beyond it, its writes fail with EDQUOT, and nobody else's. */
    public Limits disk(String size) {
        return new Limits(memory, tasks, cpuPercent, Optional.of(Size.parse(size)));
    }
}
