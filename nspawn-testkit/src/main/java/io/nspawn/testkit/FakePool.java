package io.nspawn.testkit;

import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.PoolState;
import io.nspawn.model.PoolState.Backing;
import io.nspawn.model.Size;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** What is in the fake's pool now, what of it is durable, and how much room there is. */
final class FakePool {
    static final Path PATH = Path.of("/var/lib/machines");
    static final Backing LOOP_FILE = new Backing.LoopFile(Path.of("/var/lib/machines.raw"));
    private static final UUID FILESYSTEM = UUID.fromString("6f2d8c1e-0000-4000-8000-000000000001");
    private static final long DEFAULT_SIZE = 64L << 30;

    private final TreeMap<String, FakeRoot> roots = new TreeMap<>();
    private final TreeMap<String, FakeRoot> durable = new TreeMap<>();
    private long size = DEFAULT_SIZE;
    private long filler;
    private final Unsynced hostDisk;
    private Backing backing = LOOP_FILE;
    private Optional<PoolState> instead = Optional.empty();
    private Optional<Map<String, Size>> limits = Optional.empty();

    FakePool(Unsynced hostDisk) {
        this.hostDisk = hostDisk;
    }

    PoolState state() {
        return instead.orElseGet(
                () -> new PoolState.Ready(PATH, FILESYSTEM, backing, Size.ofBytes(size), Size.ofBytes(free())));
    }

    /** Lets something else be at the pool's place; what was in the pool is gone. */
    void replaceBy(PoolState state) {
        if (state instanceof PoolState.Ready ready) {
            make(ready.backing(), ready.size().bytes());
        } else {
            roots.clear();
            durable.clear();
            instead = Optional.of(state);
        }
    }

    void make(Backing made, long bytes) {
        instead = Optional.empty();
        backing = made;
        size = bytes;
    }

    void requireThere() {
        if (instead.isPresent()) {
            throw new HostNotReadyException(
                    "use the pool of",
                    List.of(new Finding(
                            PATH.toString(), "there is no pool", "make a pool with pool().ensureLoopback(size)")));
        }
    }

    /** The limits; nothing where quotas are not enabled. */
    Optional<Map<String, Size>> quotas() {
        return limits;
    }

    void enableQuotas() {
        limits = Optional.of(limits.orElseGet(HashMap::new));
    }

    void disableQuotas() {
        limits = Optional.empty();
    }

    void limit(String root, Optional<Size> most) {
        Map<String, Size> all = limits.orElseThrow();
        most.ifPresentOrElse(bytes -> all.put(root, bytes), () -> all.remove(root));
    }

    Optional<Size> limit(String root) {
        return limits.map(all -> all.get(root));
    }

    Map<String, FakeRoot> roots() {
        return roots;
    }

    Optional<FakeRoot> find(String name) {
        return Optional.ofNullable(roots.get(name));
    }

    FakeRoot get(String operation, String name) {
        return find(name)
                .orElseThrow(
                        () -> new NotFoundException(Failure.of(operation, name, "there is no such root in the pool")
                                .named("ENOENT")));
    }

    /** Puts a root there that is durable at once. */
    void add(String name, FakeRoot root) {
        roots.put(name, root);
        durable.put(name, root.copied());
    }

    long size() {
        return size;
    }

    void resize(long bytes) {
        size = bytes;
    }

    long used() {
        return filler + roots.values().stream().mapToLong(FakeRoot::ownBytes).sum();
    }

    long free() {
        return Math.max(0, size - used());
    }

    boolean hasRoomFor(long bytes) {
        return bytes <= size - used();
    }

    void requireRoom(String operation, String subject, long bytes) {
        if (!hasRoomFor(bytes)) {
            throw new NoSpaceException(Failure.of(operation, subject, "no space left on device")
                    .named("ENOSPC")
                    .remedy("Grow the pool, or remove what is not needed."));
        }
    }

    /** Gives a root another name; its limit goes with it. */
    void rename(String from, String to) {
        roots.put(to, get("rename", from));
        roots.remove(from);
        limits.filter(all -> all.containsKey(from)).ifPresent(all -> all.put(to, all.remove(from)));
    }

    void exchange(String one, String other) {
        FakeRoot first = get("exchange", one);
        roots.put(one, get("exchange", other));
        roots.put(other, first);
    }

    /** Takes a root away, and its limit with it. */
    void remove(String name) {
        roots.remove(name);
        limits.ifPresent(all -> all.remove(name));
    }

    /** Something that is no root takes what is free. */
    void fill() {
        filler += free();
    }

    /** What fills it is gone. */
    void drain() {
        filler = 0;
    }

    long filler() {
        return filler;
    }

    /** A pool in a file is flushed into it, and with that file its file system writes all that it has. */
    void sync() {
        if (backing instanceof Backing.LoopFile) {
            hostDisk.sync();
        }
        replace(durable, roots);
    }

    /** Goes back to what was durable last: a file system that commits its changes together loses them together. */
    void loseUnsynced() {
        replace(roots, durable);
    }

    void reset() {
        roots.clear();
        durable.clear();
        size = DEFAULT_SIZE;
        filler = 0;
        backing = LOOP_FILE;
        instead = Optional.empty();
        limits = Optional.empty();
    }

    private static void replace(Map<String, FakeRoot> to, Map<String, FakeRoot> from) {
        to.clear();
        from.forEach((name, root) -> to.put(name, root.copied()));
    }
}
