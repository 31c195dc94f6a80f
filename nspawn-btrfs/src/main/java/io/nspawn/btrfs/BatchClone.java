package io.nspawn.btrfs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clones one subvolume under many names, all or none. */
final class BatchClone {
    /** Below this, staging costs more than it saves. */
    static final int PARALLEL_FROM = 4;

    /** Where more workers gained nothing. */
    private static final int MOST_WORKERS = 16;

    private static final Logger LOG = LoggerFactory.getLogger(BatchClone.class);

    private final Descriptor source;
    private final Descriptor target;
    private final boolean recursive;
    private final Queue<Made> made = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();

    /** What is cloned with the source, if there is anything. Set before the workers start. */
    private Optional<NestedSubvolumes> nested = Optional.empty();

    /** A snapshot that exists, and where it was made. */
    private record Made(Descriptor room, EntryName name, SubvolumeId id) {}

    BatchClone(Descriptor source, Descriptor target, boolean recursive) {
        this.source = source;
        this.target = target;
        this.recursive = recursive;
    }

    void run(List<EntryName> names) {
        if (new HashSet<>(names).size() != names.size()) {
            throw new IllegalArgumentException("a name is there twice: " + names);
        }
        names.forEach(this::requireFree);
        // Looked for once: clones that are made below their source would be found in it by those that come after.
        if (recursive) {
            nested = Optional.of(NestedSubvolumes.of(source)).filter(found -> !found.isEmpty());
        }
        boolean inParts = nested.isPresent() && !names.isEmpty();
        if (inParts || names.size() >= PARALLEL_FROM) {
            sweep();
            inParallel(names);
        } else {
            inTurn(names);
        }
    }

    /** What others left must not stand in the way of this. */
    private void sweep() {
        try {
            StagingArea.sweep(target);
        } catch (BtrfsException e) {
            LOG.warn("Cannot remove a stale staging directory: {}", e.getMessage());
        }
    }

    private void requireFree(EntryName name) {
        try {
            Inode.of(target, name);
        } catch (BtrfsException.NotFound e) {
            return;
        }
        throw new BtrfsException.AlreadyExists(Failure.of("clone", target.path() + "/" + name, ""));
    }

    private void inTurn(List<EntryName> names) {
        try {
            names.forEach(name -> snapshot(target, name));
        } catch (RuntimeException | Error e) {
            undo(e);
            throw e;
        }
    }

    private void inParallel(List<EntryName> names) {
        int workers = Math.min(names.size(), MOST_WORKERS);
        try (StagingArea staging = StagingArea.create(target, workers)) {
            try {
                snapshotAll(names, staging, workers);
                for (Made one : made) {
                    Directory.move(one.room, one.name, target, one.name);
                }
            } catch (RuntimeException | Error e) {
                undo(e);
                throw e;
            }
        }
    }

    private void snapshotAll(List<EntryName> names, StagingArea staging, int workers) {
        Queue<EntryName> todo = new ConcurrentLinkedQueue<>(names);
        List<Thread> threads = new ArrayList<>(workers);
        for (int i = 0; i < workers; i++) {
            Descriptor room = staging.room(i);
            Thread thread = new Thread(() -> work(todo, room), "btrfs-clone-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        threads.forEach(this::join);
        rethrow();
    }

    private void work(Queue<EntryName> todo, Descriptor room) {
        try {
            EntryName name = todo.poll();
            while (name != null && failed.get() == null) {
                snapshot(room, name);
                name = todo.poll();
            }
        } catch (RuntimeException | Error e) {
            failed.compareAndSet(null, e);
        }
    }

    private void snapshot(Descriptor room, EntryName name) {
        if (nested.isPresent()) {
            new RecursiveSnapshot(nested.get(), room, QuotaInheritance.NONE).take(name, false);
        } else {
            Snapshots.take(source, room, name, false);
        }
        try (Descriptor snapshot = room.openDirectory(name)) {
            made.add(new Made(room, name, InodeLookup.containing(snapshot)));
        } catch (RuntimeException e) {
            undo(e, () -> Deletion.of(room, name, nested.isPresent()).run());
            throw e;
        }
    }

    /** A worker is never left behind: an interrupt stops the others from going on, and is thrown when all ended. */
    private void join(Thread worker) {
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
                failed.compareAndSet(null, new BtrfsException.Interrupted(Failure.of("clone", target.path(), "")));
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void rethrow() {
        Throwable first = failed.get();
        if (first instanceof RuntimeException e) {
            throw e;
        }
        if (first instanceof Error e) {
            throw e;
        }
    }

    /** One that cannot be undone does not keep the others. */
    void undo(Throwable cause) {
        made.forEach(one -> undo(cause, () -> delete(one.id)));
    }

    private static void undo(Throwable cause, Runnable deletion) {
        try {
            deletion.run();
        } catch (BtrfsException undo) {
            BtrfsException.halfUndone(cause, undo);
        }
    }

    private void delete(SubvolumeId clone) {
        if (nested.isPresent()) {
            new DeletionById(target).run(clone);
        } else {
            Snapshots.destroy(target, clone);
        }
    }
}
