package io.nspawn.local;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Wakes whoever waits for a condition that others make true. What has no event is looked at again after a while. */
final class Changes {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private long count;

    /** Something changed. */
    synchronized void note() {
        count++;
        notifyAll();
    }

    /**
     * Waits until the condition holds; it is asked at first, after each change, and a few times a second.
     *
     * @return whether it held in time
     */
    boolean await(BooleanSupplier condition, Duration deadline) throws InterruptedException {
        return await(condition, deadline, LOOK_AGAIN);
    }

    boolean await(BooleanSupplier condition, Duration deadline, Duration lookAgain) throws InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            long seen = count();
            if (condition.getAsBoolean()) {
                return true;
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            sleep(seen, Math.min(left, lookAgain.toNanos()));
        }
    }

    private synchronized long count() {
        return count;
    }

    private synchronized void sleep(long seen, long nanos) throws InterruptedException {
        if (count == seen) {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        }
    }
}
