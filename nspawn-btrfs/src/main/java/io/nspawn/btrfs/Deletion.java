package io.nspawn.btrfs;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import jnr.constants.platform.Errno;

/** Deletes one subvolume, and those in it if asked to. */
final class Deletion {
    /** How often it begins again because something was created in the subvolume meanwhile. */
    private static final int ATTEMPTS = 4;

    private final Descriptor directory;
    private final EntryName name;
    private final boolean recursive;
    private boolean changed;

    private Deletion(Descriptor directory, EntryName name, boolean recursive) {
        this.directory = directory;
        this.name = name;
        this.recursive = recursive;
    }

    static Deletion of(Descriptor directory, EntryName name, boolean recursive) {
        return new Deletion(directory, name, recursive);
    }

    /** What will be deleted. */
    Set<SubvolumeId> subvolumes() {
        try (Subvolume top = Directory.of(directory.openDirectory(name)).asSubvolume()) {
            SubvolumeId id = top.id();
            Set<SubvolumeId> ids = new LinkedHashSet<>();
            if (recursive) {
                ids.addAll(SubvolumeTree.descendants(directory, id).keySet());
            }
            ids.add(id);
            return ids;
        }
    }

    void run() {
        for (int attempt = 1; ; attempt++) {
            int result = Snapshots.tryDestroy(directory, name);
            boolean again = result == -Errno.ENOTEMPTY.intValue() && recursive && attempt < ATTEMPTS;
            try {
                if (!again) {
                    Snapshots.check(Ioctl.SNAP_DESTROY, directory, name, result);
                    return;
                }
                emptyOut();
            } catch (BtrfsException e) {
                if (changed) {
                    e.outcome(Outcome.UNKNOWN);
                }
                throw e;
            }
        }
    }

    private void emptyOut() {
        try (Subvolume top = Directory.of(directory.openDirectory(name)).asSubvolume()) {
            SubvolumeId topId = top.id();
            Map<SubvolumeId, RootRef> places = SubvolumeTree.descendants(directory, topId);
            for (SubvolumeId id : places.keySet()) {
                new Nested(top.descriptor(), topId, places).destroy(id);
                changed = true;
            }
        }
    }

    /** The subvolumes nested in one that is to go. Their ids cannot be led astray by what is renamed in it. */
    private record Nested(Descriptor top, SubvolumeId topId, Map<SubvolumeId, RootRef> places) {
        void destroy(SubvolumeId id) {
            int result = Snapshots.tryDestroy(top, id);
            if (result == -Errno.EROFS.intValue()) {
                makeParentWritable(id);
                result = Snapshots.tryDestroy(top, id);
            }
            // Gone already, or something was created in it: the next attempt at the top sees what is left.
            boolean changedMeanwhile = result == -Errno.ENOENT.intValue() || result == -Errno.ENOTEMPTY.intValue();
            if (!changedMeanwhile) {
                Failure.check(Ioctl.SNAP_DESTROY_V2, "subvolume " + id + " in " + top.path(), result);
            }
        }

        private void makeParentWritable(SubvolumeId id) {
            RootRef place = places.get(id);
            if (place == null) {
                throw new IllegalStateException("no place known of subvolume " + id);
            }
            SubvolumeId parent = place.parent();
            Descriptor opened = Walk.toSubvolume(top, Walk.names(top, topId, parent, places), parent);
            try (Subvolume subvolume = Directory.of(opened).asSubvolume()) {
                subvolume.setReadOnly(false);
            }
        }
    }
}
