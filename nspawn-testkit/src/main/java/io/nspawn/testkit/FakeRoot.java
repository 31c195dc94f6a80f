package io.nspawn.testkit;

import io.nspawn.model.ImageUsage;
import io.nspawn.spi.ImageStore.Root;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** An entry of the fake's pool. */
final class FakeRoot {
    /** What the metadata of a clone was seen to take. */
    private static final long CLONE_BYTES = 32L << 10;

    private final RootTree tree;
    private boolean sealed;
    private final Instant created;
    private final long bulk;
    private final MachineLife life;
    private long bootBytes;
    private OptionalLong limit = OptionalLong.empty();

    private FakeRoot(RootTree tree, boolean sealed, Instant created, long bulk, MachineLife life) {
        this.life = life;
        this.tree = tree;
        this.sealed = sealed;
        this.created = created;
        this.bulk = bulk;
    }

    /** A root with its own content, of which {@code bulk} bytes are files that the fake does not keep one by one. */
    static FakeRoot made(RootTree tree, boolean sealed, Instant created, long bulk, MachineLife life) {
        return new FakeRoot(tree, sealed, created, bulk, life);
    }

    FakeRoot cloned(Instant when) {
        return new FakeRoot(tree.cloned(), false, when, CLONE_BYTES, life);
    }

    FakeRoot snapshot(boolean readOnly, Instant when) {
        FakeRoot snapshot = new FakeRoot(tree.cloned(), readOnly, when, CLONE_BYTES, life);
        snapshot.bootBytes = bootBytes;
        return snapshot;
    }

    FakeRoot copied() {
        FakeRoot copy = new FakeRoot(tree.copied(), sealed, created, bulk, life);
        copy.bootBytes = bootBytes;
        copy.limit = limit;
        return copy;
    }

    MachineLife life() {
        return life;
    }

    RootTree tree() {
        return tree;
    }

    boolean isSealed() {
        return sealed;
    }

    void seal(boolean readOnly) {
        sealed = readOnly;
    }

    void limit(OptionalLong bytes) {
        limit = bytes;
    }

    ImageUsage usage() {
        return new ImageUsage(OptionalLong.of(ownBytes()), OptionalLong.of(ownBytes()), limit);
    }

    boolean hasBooted() {
        return bootBytes > 0;
    }

    /** What the first boot of an operating system writes. */
    void booted(long bytes) {
        bootBytes = bytes;
    }

    long ownBytes() {
        return bulk + bootBytes + tree.ownBytes();
    }

    Root described(String name) {
        return new Root(name, sealed, Optional.of(created));
    }

    Optional<String> text(String path) {
        return tree.read(path).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
