package io.nspawn.btrfs;

import java.util.Map;
import java.util.Optional;
import jnr.constants.platform.Errno;

/** Deletes a subvolume, and those in it, by their ids: wherever it lies, and whatever is renamed meanwhile. */
final class DeletionById {
    /** How often it begins again because something was created in the subvolume meanwhile. */
    private static final int ATTEMPTS = 4;

    private final Descriptor anywhere;
    private boolean changed;

    DeletionById(Descriptor anywhere) {
        this.anywhere = anywhere;
    }

    void run(SubvolumeId id) {
        try {
            for (int attempt = 1; ; attempt++) {
                Map<SubvolumeId, RootRef> places = SubvolumeTree.descendants(anywhere, id);
                places.forEach((nested, place) -> destroyNested(nested, place.parent()));
                int result = Snapshots.tryDestroy(anywhere, id);
                if (result != -Errno.ENOTEMPTY.intValue() || attempt == ATTEMPTS) {
                    Failure.check(Ioctl.SNAP_DESTROY_V2, "subvolume " + id, result);
                    return;
                }
            }
        } catch (BtrfsException e) {
            if (changed) {
                e.outcome(Outcome.UNKNOWN);
            }
            throw e;
        }
    }

    private void destroyNested(SubvolumeId id, SubvolumeId parent) {
        int result = Snapshots.tryDestroy(anywhere, id);
        if (result == -Errno.EROFS.intValue()) {
            makeWritable(parent);
            result = Snapshots.tryDestroy(anywhere, id);
        }
        // Gone already, or something was created in it: the next attempt sees what is left.
        boolean changedMeanwhile = result == -Errno.ENOENT.intValue() || result == -Errno.ENOTEMPTY.intValue();
        if (!changedMeanwhile) {
            Failure.check(Ioctl.SNAP_DESTROY_V2, "subvolume " + id, result);
            changed = true;
        }
    }

    /** Only what lies below the subvolume that the filesystem was opened by can be reached to be made writable. */
    private void makeWritable(SubvolumeId parent) {
        try (Subvolume opened = Subvolume.of(Directory.of(open(parent)))) {
            opened.setReadOnly(false);
        }
    }

    private Descriptor open(SubvolumeId id) {
        SubvolumeId here = InodeLookup.containing(anywhere);
        Optional<SubvolumePath> root = SubvolumePlaces.path(anywhere, here);
        Optional<SubvolumePath> wanted = SubvolumePlaces.path(anywhere, id);
        if (root.isPresent() && wanted.isPresent() && Inode.of(anywhere).isSubvolume()) {
            int above = root.get().names().size();
            var names = wanted.get().names();
            if (names.size() >= above
                    && names.subList(0, above).equals(root.get().names())) {
                return Walk.toSubvolume(anywhere, names.subList(above, names.size()), id);
            }
        }
        throw new BtrfsException.ReadOnly(Failure.of(
                "delete subvolume",
                "those in read-only subvolume " + id,
                "open the filesystem by the root of a subvolume that it lies below, or make it writable"));
    }
}
