package io.nspawn.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was changed on the host's disk and is not durable yet: names that came and went, links that systemd made. A file
 * system writes them in their order, all together: at the next fsync of whatever file, that of a pool among them, and by itself every few seconds.
 */
final class Unsynced {
    /** ext4's default ({@code commit=}, ext4(5)). */
    static final Duration COMMIT = Duration.ofSeconds(5);

    private final VirtualClock clock;
    private final Deque<Runnable> undos = new ArrayDeque<>();
    private Instant since = Instant.MIN;

    Unsynced(VirtualClock clock) {
        this.clock = clock;
    }

    /** Notes how to take back what is about to be changed. */
    void note(Runnable undo) {
        commitIfDue();
        if (undos.isEmpty()) {
            since = clock.now();
        }
        undos.push(undo);
    }

    void sync() {
        undos.clear();
    }

    /** Power is lost. */
    void lose() {
        commitIfDue();
        while (!undos.isEmpty()) {
            undos.pop().run();
        }
    }

    private void commitIfDue() {
        if (!undos.isEmpty() && !clock.now().isBefore(since.plus(COMMIT))) {
            undos.clear();
        }
    }
}
