package io.nspawn.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a container that runs uses, all of it: its own processes and the systemd-nspawn process outside
 * (systemd.resource-control(5)). What this systemd or kernel does not count is empty, never a zero.
 *
 * @param memoryBytes memory of its control group, file caches too
 * @param memoryPeakBytes the most that ever was; systemd 255 or later, on cgroup v2
 * @param swapBytes swapped out; systemd 255 or later
 * @param cpu CPU time since its start
 * @param tasks processes and threads
 * @param ioReadBytes read from block devices; needs {@code IOAccounting=yes} in its unit
 * @param ioWriteBytes written to block devices; needs {@code IOAccounting=yes}
 * @param ipReceivedBytes received by its sockets of the host's network namespace; needs {@code IPAccounting=yes}
 * @param ipSentBytes sent, likewise
 * @param oomKills processes that the kernel killed for want of memory; systemd 258 or later
 */
public record ContainerMetrics(
        OptionalLong memoryBytes,
        OptionalLong memoryPeakBytes,
        OptionalLong swapBytes,
        Optional<Duration> cpu,
        OptionalLong tasks,
        OptionalLong ioReadBytes,
        OptionalLong ioWriteBytes,
        OptionalLong ipReceivedBytes,
        OptionalLong ipSentBytes,
        OptionalLong oomKills) {}
