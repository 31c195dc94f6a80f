package io.nspawn.local;

import io.nspawn.dbus.Bus;
import io.nspawn.dbus.Importd;
import io.nspawn.dbus.JobEvent;
import io.nspawn.dbus.ListedMachine;
import io.nspawn.dbus.ListedTransfer;
import io.nspawn.dbus.MachineEvent;
import io.nspawn.dbus.Machined;
import io.nspawn.dbus.Systemd;
import io.nspawn.dbus.TransferEvent;
import io.nspawn.model.HostEvent;
import io.nspawn.model.HostEvent.Transfer;
import io.nspawn.model.InvalidNameException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NspawnException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.model.Watch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches machines, images, jobs and transfers. All that it knows is touched by the bus's dispatcher thread alone.
 *
 * <p>It subscribes first and reads the snapshot then, on that thread: what happened before the reading is in the
 * snapshot, and what comes after it is told, unless the snapshot shows it already.
 */
final class HostWatch implements Watch {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");
    private static final Pattern UNIT = Pattern.compile("systemd-nspawn@(.+)\\.service");
    private static final String HOST_ITSELF = ".host";
    /** Before another try to read what there is: a bus may be back before the services are. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Bus bus;
    private final Machined machined;
    private final Importd importd;
    private final PoolWatch pool;
    private final EventQueue queue;
    private final List<Bus.Subscription> subscriptions = new ArrayList<>();
    private final AtomicBoolean snapshotDue = new AtomicBoolean();
    private final Set<String> machines = new HashSet<>();
    private final Set<String> images = new HashSet<>();
    private final Map<String, Transfer> transfers = new HashMap<>();
    private boolean ready;
    private volatile boolean closed;

    private HostWatch(
            Bus bus, Machined machined, Importd importd, Path directory, Consumer<? super HostEvent> watcher) {
        this.bus = bus;
        this.machined = machined;
        this.importd = importd;
        this.queue = new EventQueue(watcher, this::askForSnapshot);
        this.pool = new PoolWatch(directory, () -> bus.afterDelivered(this::lookAtPool));
    }

    static HostWatch open(
            Bus bus,
            Systemd systemd,
            Machined machined,
            Importd importd,
            Path pool,
            Consumer<? super HostEvent> watcher) {
        HostWatch watch = new HostWatch(bus, machined, importd, pool, watcher);
        try {
            watch.subscriptions.add(machined.watch(watch::onMachine));
            watch.subscriptions.add(importd.watch(watch::onTransfer));
            watch.subscriptions.add(systemd.watchJobs(watch::onJob));
            watch.pool.start();
            watch.askForSnapshot();
            return watch;
        } catch (RuntimeException e) {
            watch.close();
            throw e;
        }
    }

    @Override
    public void close() {
        closed = true;
        subscriptions.forEach(Bus.Subscription::close);
        pool.close();
        queue.close();
    }

    /** Several losses at once need one reading. */
    private void askForSnapshot() {
        if (snapshotDue.compareAndSet(false, true)) {
            bus.afterDelivered(this::takeSnapshot);
        }
    }

    private void takeSnapshot() {
        snapshotDue.set(false);
        if (closed) {
            return;
        }
        try {
            Set<String> running = new HashSet<>();
            machined.machines().stream()
                    .map(ListedMachine::name)
                    .filter(name -> !name.equals(HOST_ITSELF))
                    .forEach(running::add);
            Map<String, Transfer> moving = new HashMap<>();
            underWay().forEach(transfer -> moving.put(transfer.path(), transfer(transfer)));
            Set<String> there = pool.names();
            replace(running, there, moving);
            queue.add(new HostEvent.Snapshot(machines, images, Set.copyOf(transfers.values())));
        } catch (NspawnException e) {
            LOG.warn("cannot read what there is to watch, tried again soon: {}", e.getMessage());
            bus.after(PAUSE, this::askForSnapshot);
        }
    }

    /** A host without importd has no transfers. */
    private List<ListedTransfer> underWay() {
        try {
            return importd.transfers();
        } catch (UnsupportedException e) {
            LOG.debug("no transfers to watch: {}", e.getMessage());
            return List.of();
        }
    }

    private void replace(Set<String> running, Set<String> there, Map<String, Transfer> moving) {
        machines.clear();
        machines.addAll(running);
        images.clear();
        images.addAll(there);
        transfers.clear();
        transfers.putAll(moving);
        ready = true;
    }

    private void onMachine(MachineEvent event) {
        if (event instanceof MachineEvent.Resynced) {
            askForSnapshot();
        } else if (ready && event instanceof MachineEvent.Registered came && machines.add(came.name())) {
            queue.add(new HostEvent.MachineStarted(came.name()));
        } else if (ready && event instanceof MachineEvent.Removed gone && machines.remove(gone.name())) {
            queue.add(new HostEvent.MachineEnded(gone.name()));
        }
    }

    private void onTransfer(TransferEvent event) {
        if (event instanceof TransferEvent.Resynced) {
            askForSnapshot();
        } else if (ready && event instanceof TransferEvent.Began began && !transfers.containsKey(began.path())) {
            Transfer transfer = described(began);
            transfers.put(began.path(), transfer);
            queue.add(new HostEvent.TransferBegan(transfer));
        } else if (ready && event instanceof TransferEvent.Ended ended) {
            ended(ended.path(), ended.result());
        } else if (ready && event instanceof TransferEvent.Vanished) {
            List.copyOf(transfers.keySet()).forEach(path -> ended(path, "lost"));
        }
    }

    private void ended(String path, String result) {
        Optional.ofNullable(transfers.remove(path))
                .ifPresent(transfer -> queue.add(new HostEvent.TransferEnded(transfer, result)));
    }

    /** One that is over already can no longer be asked what it was. */
    private Transfer described(TransferEvent.Began began) {
        try {
            return importd.transfers().stream()
                    .filter(transfer -> transfer.path().equals(began.path()))
                    .findAny()
                    .map(HostWatch::transfer)
                    .orElse(new Transfer(began.id(), "", "", ""));
        } catch (NspawnException e) {
            LOG.debug("cannot ask what {} is: {}", began, e.getMessage());
            return new Transfer(began.id(), "", "", "");
        }
    }

    private void onJob(JobEvent event) {
        if (event instanceof JobEvent.Resynced) {
            askForSnapshot();
        } else if (ready && event instanceof JobEvent.Queued queued) {
            machine(queued.unit()).ifPresent(machine -> queue.add(new HostEvent.JobQueued(machine)));
        } else if (ready && event instanceof JobEvent.Ended over) {
            machine(over.unit()).ifPresent(machine -> queue.add(new HostEvent.JobEnded(machine, over.result())));
        }
    }

    private void lookAtPool() {
        if (!ready) {
            return;
        }
        Set<String> now = pool.names();
        Set<String> gone = new HashSet<>(images);
        gone.removeAll(now);
        Set<String> come = new HashSet<>(now);
        come.removeAll(images);
        images.clear();
        images.addAll(now);
        gone.forEach(name -> queue.add(new HostEvent.ImageRemoved(name)));
        come.forEach(name -> queue.add(new HostEvent.ImageAdded(name)));
    }

    private static Optional<MachineName> machine(String unit) {
        Matcher matcher = UNIT.matcher(unit);
        try {
            return matcher.matches() ? Optional.of(MachineName.of(matcher.group(1))) : Optional.empty();
        } catch (InvalidNameException e) {
            LOG.debug("{} is no container's unit: {}", unit, e.getMessage());
            return Optional.empty();
        }
    }

    private static Transfer transfer(ListedTransfer transfer) {
        return new Transfer(transfer.id(), transfer.type(), transfer.remote(), transfer.local());
    }
}
