package io.nspawn.testkit;

import io.nspawn.model.HostEvent;
import io.nspawn.model.HostEvent.Transfer;
import io.nspawn.model.MachineName;
import io.nspawn.model.Watch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tells watchers how the fake differs from what it was when it was looked at last: after each call and each event. */
final class FakeWatches {
    private final FakeMachines machines;
    private final FakePool pool;
    private final FakeTransfers transfers;
    private final List<Consumer<? super HostEvent>> watchers = new CopyOnWriteArrayList<>();
    private Set<String> running = Set.of();
    private Set<String> images = Set.of();
    private Set<Transfer> moving = Set.of();
    private Map<MachineName, FakeJob> jobs = Map.of();

    FakeWatches(FakeMachines machines, FakePool pool, FakeTransfers transfers) {
        this.machines = machines;
        this.pool = pool;
        this.transfers = transfers;
    }

    Watch add(Consumer<? super HostEvent> watcher) {
        remember();
        watchers.add(watcher);
        watcher.accept(snapshot());
        return () -> watchers.remove(watcher);
    }

    /** Everything is another than it was. */
    void resync() {
        remember();
        tell(snapshot());
    }

    void look() {
        if (watchers.isEmpty()) {
            return;
        }
        Set<String> wasRunning = running;
        Set<String> wereImages = images;
        Set<Transfer> wereMoving = moving;
        Map<MachineName, FakeJob> wereJobs = jobs;
        remember();
        // A watcher may use the host, and be told more in the middle of this.
        Map<MachineName, FakeJob> nowJobs = jobs;
        Set<String> nowRunning = running;
        Set<String> nowImages = images;
        Set<Transfer> nowMoving = moving;
        Set<MachineName> queued = nowJobs.keySet().stream()
                .filter(machine -> wereJobs.get(machine) != nowJobs.get(machine))
                .collect(Collectors.toCollection(TreeSet::new));
        queued.forEach(machine -> tell(new HostEvent.JobQueued(machine)));
        changes(wasRunning, nowRunning, HostEvent.MachineStarted::new, HostEvent.MachineEnded::new);
        changes(wereImages, nowImages, HostEvent.ImageAdded::new, HostEvent.ImageRemoved::new);
        wereJobs.entrySet().stream()
                .filter(job -> nowJobs.get(job.getKey()) != job.getValue())
                .forEach(job ->
                        tell(new HostEvent.JobEnded(job.getKey(), job.getValue().succeeded() ? "done" : "failed")));
        changes(
                wereMoving,
                nowMoving,
                HostEvent.TransferBegan::new,
                gone -> new HostEvent.TransferEnded(gone, transfers.result(gone)));
    }

    private void remember() {
        running = machines.running().keySet().stream().map(MachineName::value).collect(Collectors.toSet());
        images = pool.roots().keySet().stream()
                .filter(name -> !name.startsWith("."))
                .collect(Collectors.toSet());
        moving = transfers.underWay();
        jobs = new HashMap<>();
        machines.all()
                .forEach(unit ->
                        unit.job().filter(job -> !job.isDone()).ifPresent(job -> jobs.put(unit.machine(), job)));
    }

    private HostEvent snapshot() {
        return new HostEvent.Snapshot(running, images, moving);
    }

    private <T> void changes(Set<T> before, Set<T> now, Function<T, HostEvent> came, Function<T, HostEvent> went) {
        Set<T> gone = new HashSet<>(before);
        gone.removeAll(now);
        gone.forEach(thing -> tell(went.apply(thing)));
        Set<T> come = new HashSet<>(now);
        come.removeAll(before);
        come.forEach(thing -> tell(came.apply(thing)));
    }

    private void tell(HostEvent event) {
        watchers.forEach(watcher -> watcher.accept(event));
    }
}
