package io.nspawn.btrfs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A snapshot of a subvolume and of those nested in it. All are made writable first, because nothing can be put into
 * a read-only one; read-only is set at the end, once each. A nested one that is deleted or moved meanwhile is left
 * out.
 */
final class RecursiveSnapshot {
    private final Descriptor source;
    private final Descriptor directory;
    private final QuotaInheritance inheritance;
    private final List<List<EntryName>> taken = new ArrayList<>();

    RecursiveSnapshot(Descriptor source, Descriptor directory, QuotaInheritance inheritance) {
        this.source = source;
        this.directory = directory;
        this.inheritance = inheritance;
    }

    void take(EntryName name, boolean readOnly) {
        SubvolumeId top = InodeLookup.containing(source);
        Map<SubvolumeId, RootRef> places = SubvolumeTree.descendants(source, top);
        inheritance.snapshot(source, directory, name, false);
        try {
            fill(name, top, places, readOnly);
        } catch (RuntimeException e) {
            undo(name, e);
            throw e;
        }
    }

    private void fill(EntryName name, SubvolumeId top, Map<SubvolumeId, RootRef> places, boolean readOnly) {
        List<SubvolumeId> parentsFirst = new ArrayList<>(places.keySet());
        Collections.reverse(parentsFirst);
        try (Descriptor copy = directory.openDirectory(name)) {
            for (SubvolumeId nested : parentsFirst) {
                takeNested(copy, nested, top, places);
            }
            if (readOnly) {
                taken.add(List.of());
                taken.forEach(names -> makeReadOnly(copy, names));
            }
        }
    }

    private void takeNested(Descriptor copy, SubvolumeId nested, SubvolumeId top, Map<SubvolumeId, RootRef> places) {
        try {
            List<EntryName> names = Walk.names(source, top, nested, places);
            EntryName last = names.get(names.size() - 1);
            try (Descriptor parent = Walk.down(copy, names.subList(0, names.size() - 1))) {
                removePlaceholder(parent, last);
                try (Descriptor original = Walk.toSubvolume(source, names, nested)) {
                    inheritance.snapshot(original, parent, last, false);
                    taken.add(names);
                }
            }
        } catch (BtrfsException.NotFound e) {
            removedMeanwhile(nested, e);
        }
    }

    /** Only an error if it is still where it was found: then it is something else that is missing. */
    private void removedMeanwhile(SubvolumeId nested, BtrfsException.NotFound e) {
        boolean unmoved = SubvolumeTree.place(source, nested).isPresent()
                && SubvolumeTree.descendants(source, InodeLookup.containing(source))
                        .containsKey(nested);
        if (unmoved) {
            throw e;
        }
    }

    private static void removePlaceholder(Descriptor parent, EntryName name) {
        if (Inode.of(parent, name).isPlaceholder()) {
            Failure.check(
                    SystemCall.REMOVE_DIRECTORY,
                    parent.path() + "/" + name,
                    parent.use(fd -> parent.kernel().unlinkat(fd, name.terminated(), Flags.AT_REMOVEDIR)));
        }
    }

    private static void makeReadOnly(Descriptor copy, List<EntryName> names) {
        try (Subvolume subvolume = Directory.of(Walk.down(copy, names)).asSubvolume()) {
            subvolume.setReadOnly(true);
        }
    }

    private void undo(EntryName name, RuntimeException failed) {
        try {
            Deletion.of(directory, name, true).run();
        } catch (BtrfsException undo) {
            BtrfsException.halfUndone(failed, undo);
        }
    }
}
