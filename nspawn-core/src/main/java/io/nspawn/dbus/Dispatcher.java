package io.nspawn.dbus;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread on which handlers run, in the order in which their events came. */
final class Dispatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.dbus");

    private final ScheduledThreadPoolExecutor executor;

    Dispatcher() {
        executor = new ScheduledThreadPoolExecutor(1, body -> {
            Thread thread = new Thread(body, "nspawn-bus-dispatcher");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void run(Runnable task) {
        runAfter(Duration.ZERO, task);
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    void runAfter(Duration pause, Runnable task) {
        try {
            executor.schedule(() -> guarded(task), pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("dropped an event of a closed bus");
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.warn("delivering a bus event failed", e);
        }
    }
}
