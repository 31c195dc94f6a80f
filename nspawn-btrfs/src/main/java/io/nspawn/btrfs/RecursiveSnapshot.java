package io.nspawn.btrfs;

import java.util.ArrayList;
import java.util.List;

/**
 * A snapshot of a subvolume and of those nested in it. All are made writable first, because nothing can be put into
 * a read-only one; read-only is set at the end, once each. A nested one that is deleted or moved meanwhile is left
 * out.
 */
final class RecursiveSnapshot {
    private final NestedSubvolumes nested;
    private final Descriptor source;
    private final Descriptor directory;
    private final QuotaInheritance inheritance;
    private final List<List<EntryName>> taken = new ArrayList<>();

    RecursiveSnapshot(NestedSubvolumes nested, Descriptor directory, QuotaInheritance inheritance) {
        this.nested = nested;
        this.source = nested.source();
        this.directory = directory;
        this.inheritance = inheritance;
    }

    void take(EntryName name, boolean readOnly) {
        inheritance.snapshot(source, directory, name, false);
        try {
            fill(name, readOnly);
        } catch (RuntimeException e) {
            undo(name, e);
            throw e;
        }
    }

    private void fill(EntryName name, boolean readOnly) {
        try (Descriptor copy = directory.openDirectory(name)) {
            for (SubvolumeId id : nested.parentsFirst()) {
                takeNested(copy, id);
            }
            if (readOnly) {
                taken.add(List.of());
                taken.forEach(names -> makeReadOnly(copy, names));
            }
        }
    }

    private void takeNested(Descriptor copy, SubvolumeId id) {
        try {
            List<EntryName> names = nested.names(id);
            EntryName last = names.get(names.size() - 1);
            try (Descriptor parent = Walk.down(copy, names.subList(0, names.size() - 1))) {
                removePlaceholder(parent, last);
                try (Descriptor original = Walk.toSubvolume(source, names, id)) {
                    inheritance.snapshot(original, parent, last, false);
                    taken.add(names);
                }
            }
        } catch (BtrfsException.NotFound e) {
            removedMeanwhile(id, e);
        }
    }

    /** Only an error if it is still where it was found: then it is something else that is missing. */
    private void removedMeanwhile(SubvolumeId id, BtrfsException.NotFound e) {
        boolean unmoved = SubvolumeTree.place(source, id).isPresent()
                && NestedSubvolumes.of(source).places().containsKey(id);
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
