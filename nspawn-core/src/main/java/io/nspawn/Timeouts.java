package io.nspawn;

import java.time.Duration;
import java.util.Objects;

/**
 * How long a host's calls wait, where the call itself does not say.
 *
 * @param job for the next of the starts or stops under way to end; also for another deploy on the same host to end
 * @param exec for a command inside a container
 */
public record Timeouts(Duration job, Duration exec) {
    /** Two minutes for a job, one minute for a command. */
    public static final Timeouts DEFAULT = new Timeouts(Duration.ofMinutes(2), Duration.ofMinutes(1));

    public Timeouts {
        Objects.requireNonNull(job);
        Objects.requireNonNull(exec);
        if (job.isNegative() || job.isZero() || exec.isNegative() || exec.isZero()) {
            throw new IllegalArgumentException("a time-out is longer than nothing");
        }
    }
}
