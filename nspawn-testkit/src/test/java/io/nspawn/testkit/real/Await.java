package io.nspawn.testkit.real;

import io.nspawn.Container;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ContainerStatus;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what a host does by itself after a test disturbed it from outside. */
final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(20);

    private Await() {}

    static ContainerStatus state(Container container, ContainerState state) {
        until(state + " of " + container, () -> container.status().state() == state);
        return container.status();
    }

    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("in " + LIMIT + " there was no " + what);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }
}
