package io.nspawn.btrfs;

import io.nspawn.btrfs.ReceivedPaths.Place;
import java.util.Optional;
import java.util.UUID;

/** The files that a stream takes ranges of: of the subvolume that is received itself, or of another one. */
final class CloneSources implements AutoCloseable {
    private record Other(UUID uuid, long transaction, Subvolume subvolume, ReceivedPaths paths) {
        void close() {
            paths.close();
            subvolume.close();
        }
    }

    private final UUID itself;
    private final ReceivedPaths own;
    private final StreamSubvolumes subvolumes;
    private Optional<Other> last = Optional.empty();

    CloneSources(UUID itself, ReceivedPaths own, StreamSubvolumes subvolumes) {
        this.itself = itself;
        this.own = own;
        this.subvolumes = subvolumes;
    }

    /** Opens the file; the caller closes it. */
    Descriptor open(SendCommand.Clone clone) {
        Place place = clone.source().equals(itself)
                ? own.place(clone.sourcePath())
                : other(clone.source(), clone.sourceTransaction()).paths.place(clone.sourcePath());
        return ReceivedPaths.openFile(place, subvolumes.files(), Flags.READ_FILE);
    }

    private Other other(UUID uuid, long transaction) {
        if (last.isPresent() && last.get().uuid.equals(uuid) && last.get().transaction == transaction) {
            return last.get();
        }
        close();
        Subvolume found = subvolumes.find(uuid, transaction);
        Other other = new Other(uuid, transaction, found, new ReceivedPaths(found.descriptor()));
        last = Optional.of(other);
        return other;
    }

    @Override
    public void close() {
        last.ifPresent(Other::close);
        last = Optional.empty();
    }
}
