package io.nspawn.dbus;

import io.nspawn.model.ConnectionLostException;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.UnsupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pairs PID 1's jobs with their results: three matches and one Subscribe, however many jobs there are.
 *
 * <p>A result may come before the call that made the job has returned, so results of unknown jobs are kept while any
 * such call is under way.
 */
final class Jobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.dbus");
    private static final String ALREADY_SUBSCRIBED = "org.freedesktop.systemd1.AlreadySubscribed";
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(10);

    private final Bus bus;
    private final Object lock = new Object();
    /** Guarded by lock, as is all that follows. */
    private final Map<String, Job> waiting = new HashMap<>();

    private final Map<String, JobResult> early = new HashMap<>();
    private int calls;

    private final Object subscribing = new Object();
    /** Guarded by subscribing; three, or none. */
    private final List<Bus.Subscription> subscriptions = new ArrayList<>();

    Jobs(Bus bus) {
        this.bus = bus;
    }

    /** Makes sure that results are heard. */
    void subscribe(Duration timeout) {
        synchronized (subscribing) {
            if (!subscriptions.isEmpty()) {
                return;
            }
            List<Bus.Subscription> opened = new ArrayList<>();
            try {
                opened.add(bus.subscribe(Match.of(Systemd.MANAGER, "JobRemoved"), this::onJobRemoved));
                opened.add(bus.subscribe(Match.of(Systemd.MANAGER, "Reloading"), this::onReloading));
                opened.add(bus.subscribe(Match.ownerOf(Systemd.MANAGER.destination()), this::onOwner));
                subscribeConnection(timeout);
            } catch (RuntimeException e) {
                opened.forEach(Bus.Subscription::close);
                throw e;
            }
            subscriptions.addAll(opened);
        }
    }

    /** PID 1 counts connections, and refuses the second subscription of one: whoever shares it has subscribed already. */
    private void subscribeConnection(Duration timeout) {
        try {
            bus.call(Systemd.MANAGER, "Subscribe", timeout);
        } catch (HostFailureException e) {
            if (!e.errorName().equals(Optional.of(ALREADY_SUBSCRIBED))) {
                throw e;
            }
        }
    }

    /** Runs a call that answers with a job's path. */
    Job enqueue(String verb, String unit, Supplier<String> call) {
        synchronized (lock) {
            calls++;
        }
        try {
            Job job = new Job(verb, unit, call.get());
            register(job);
            return job;
        } finally {
            synchronized (lock) {
                calls--;
                if (calls == 0) {
                    early.clear();
                }
            }
        }
    }

    /** How many jobs have not ended. */
    int waiting() {
        synchronized (lock) {
            return waiting.size();
        }
    }

    @Override
    public void close() {
        synchronized (subscribing) {
            subscriptions.forEach(Bus.Subscription::close);
            subscriptions.clear();
        }
        for (Job job : snapshot()) {
            lose(job, "nobody listens any more");
        }
    }

    private void register(Job job) {
        Optional<JobResult> known;
        synchronized (lock) {
            known = Optional.ofNullable(early.remove(job.path()));
            if (known.isEmpty()) {
                waiting.put(job.path(), job);
            }
        }
        known.ifPresent(job::complete);
    }

    private void onJobRemoved(BusEvent event) {
        if (event instanceof BusEvent.Signal signal) {
            Reply values = new Reply("JobRemoved", signal.path(), signal.arguments());
            finished(values.text(1), JobResult.of(values.text(3)));
        } else {
            recheck(true);
        }
    }

    private void onReloading(BusEvent event) {
        if (event instanceof BusEvent.Signal signal
                && !new Reply("Reloading", signal.path(), signal.arguments()).flag(0)) {
            recheck(false);
        }
    }

    /** PID 1 connects to a bus that was restarted as we do, maybe later, and anew when it executes itself anew. */
    private void onOwner(BusEvent event) {
        if (event instanceof BusEvent.Signal signal
                && !new Reply("NameOwnerChanged", signal.path(), signal.arguments())
                        .text(2)
                        .isEmpty()) {
            recheck(true);
        }
    }

    private void finished(String path, JobResult result) {
        Optional<Job> job;
        synchronized (lock) {
            job = Optional.ofNullable(waiting.remove(path));
            if (job.isEmpty() && calls > 0) {
                early.put(path, result);
            }
        }
        job.ifPresent(found -> found.complete(result));
    }

    /** Finds the jobs whose end went unheard. */
    private void recheck(boolean newConnection) {
        try {
            if (newConnection) {
                subscribeConnection(CHECK_TIMEOUT);
            }
            for (Job job : snapshot()) {
                if (!exists(job)) {
                    // Had it ended after Subscribe, its signal is already here, behind us: let that speak first.
                    bus.afterDelivered(() -> lose(job, "the result was lost while the bus was away"));
                }
            }
        } catch (NspawnException e) {
            LOG.warn("cannot tell which jobs ended while the bus was away: {}", e.getMessage());
        }
    }

    private boolean exists(Job job) {
        try {
            bus.get(Systemd.MANAGER.at(job.path(), "org.freedesktop.systemd1.Job"), "State", CHECK_TIMEOUT);
            return true;
        } catch (NotFoundException | UnsupportedException e) {
            LOG.debug("{} is gone: {}", job, e.getMessage());
            return false;
        }
    }

    private void lose(Job job, String reason) {
        synchronized (lock) {
            if (!waiting.remove(job.path(), job)) {
                return;
            }
        }
        job.fail(new ConnectionLostException(
                job.failure(reason).remedy("Read the unit's state to learn how the job ended")));
    }

    private List<Job> snapshot() {
        synchronized (lock) {
            return List.copyOf(waiting.values());
        }
    }
}
