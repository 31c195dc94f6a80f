package io.nspawn.testkit;

import io.nspawn.model.Failure;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NotFoundException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is in the fake's pool now, what of it is durable, and how much room there is. */
final class FakePool {
    private static final long DEFAULT_SIZE = 64L << 30;

    private final TreeMap<String, FakeRoot> roots = new TreeMap<>();
    private final TreeMap<String, FakeRoot> durable = new TreeMap<>();
    private long size = DEFAULT_SIZE;

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
        return roots.values().stream().mapToLong(FakeRoot::ownBytes).sum();
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

    void sync() {
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
    }

    private static void replace(Map<String, FakeRoot> to, Map<String, FakeRoot> from) {
        to.clear();
        from.forEach((name, root) -> to.put(name, root.copied()));
    }
}
