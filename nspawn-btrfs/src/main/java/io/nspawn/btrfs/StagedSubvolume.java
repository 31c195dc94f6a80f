package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subvolume under a hidden name, until it is whole. Whoever works on one holds a lock on it, so one without a lock
 * belongs to a process that is no more.
 */
final class StagedSubvolume implements AutoCloseable {
    static final String PREFIX = ".#btrfs-receive-";

    static final int RECEIVED_UUID = 0;
    static final int RECEIVED_TRANSACTION = 16;

    private static final Logger LOG = LoggerFactory.getLogger(StagedSubvolume.class);
    private static final int ATTEMPTS = 8;

    private final Descriptor target;
    private final EntryName name;
    private final Subvolume subvolume;
    private boolean published;

    private StagedSubvolume(Descriptor target, EntryName name, Subvolume subvolume) {
        this.target = target;
        this.name = name;
        this.subvolume = subvolume;
    }

    static StagedSubvolume empty(Descriptor target) {
        return make(
                target,
                name -> Failure.check(
                        Ioctl.SUBVOL_CREATE_V2,
                        target.path() + "/" + name,
                        target.attempt(Ioctl.SUBVOL_CREATE_V2, VolumeArgs.create(name))));
    }

    static StagedSubvolume snapshot(Descriptor target, Subvolume of) {
        return make(target, name -> Snapshots.take(of.descriptor(), target, name, false));
    }

    private static StagedSubvolume make(Descriptor target, Consumer<EntryName> maker) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            EntryName name = EntryName.of(PREFIX + UUID.randomUUID());
            maker.accept(name);
            try {
                Subvolume made = Directory.of(target.openDirectory(name)).asSubvolume();
                if (isLockedAndThere(target, name, made)) {
                    return new StagedSubvolume(target, name, made);
                }
                made.close();
            } catch (BtrfsException.NotFound e) {
                // A sweep came between the making and the locking: again, under another name.
                LOG.debug("swept away: {}", e.getMessage());
            } catch (BtrfsException e) {
                undo(target, name, e);
                throw e;
            }
        }
        throw new BtrfsException.Busy(Failure.of("receive", target.path(), "try again"));
    }

    private static boolean isLockedAndThere(Descriptor target, EntryName name, Subvolume made) {
        try {
            if (!StagingArea.lock(made.descriptor())) {
                return false;
            }
            try (Subvolume there = Directory.of(target.openDirectory(name)).asSubvolume()) {
                return there.id().equals(made.id());
            }
        } catch (BtrfsException e) {
            made.close();
            throw e;
        }
    }

    Subvolume subvolume() {
        return subvolume;
    }

    /**
     * Makes it durable, marks it with where it came from, makes it read-only and gives it its name, in this order:
     * what has the name is whole.
     *
     * @throws BtrfsException.AlreadyExists if the name was taken meanwhile
     */
    void publish(EntryName as, UUID uuid, long transaction) {
        Descriptor fd = subvolume.descriptor();
        fd.ioctl(Ioctl.SYNC, fd.path(), buffer -> {});
        fd.ioctl(Ioctl.SET_RECEIVED_SUBVOL, fd.path(), received(uuid, transaction));
        subvolume.setReadOnly(true);
        Directory.move(target, name, target, as);
        published = true;
    }

    static Consumer<ByteBuffer> received(UUID uuid, long transaction) {
        return buffer -> {
            Wire.put(buffer, RECEIVED_UUID, Wire.bytes(uuid));
            buffer.putLong(RECEIVED_TRANSACTION, transaction);
        };
    }

    /** Deletes it if it has not got its name. */
    @Override
    public void close() {
        subvolume.close();
        if (!published) {
            Snapshots.destroy(target, name);
        }
    }

    private static void undo(Descriptor target, EntryName name, BtrfsException failed) {
        try {
            Snapshots.destroy(target, name);
        } catch (BtrfsException e) {
            BtrfsException.halfUndone(failed, e);
        }
    }

    /** Deletes those in a directory that nobody works on. */
    static void sweep(Descriptor target) {
        for (EntryName name : StagingArea.entries(target, PREFIX + "*")) {
            try (Subvolume stale = Directory.of(target.openDirectory(name)).asSubvolume()) {
                if (StagingArea.lock(stale.descriptor())) {
                    Snapshots.destroy(target, name);
                    LOG.info("Removed half-received subvolume {}/{}", target.path(), name);
                }
            } catch (BtrfsException.NotFound
                    | BtrfsException.NotDirectory
                    | BtrfsException.NotSubvolume
                    | BtrfsException.NotBtrfs e) {
                LOG.debug("not swept: {}", e.getMessage());
            }
        }
    }
}
