package io.nspawn.btrfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where subvolumes lie, asked upwards from one: the cost is that of its depth. Needs CAP_SYS_ADMIN. */
final class SubvolumePlaces {
    private SubvolumePlaces() {}

    /** The path from the top level; empty if the subvolume, or one it lies in, is not there. */
    static Optional<SubvolumePath> path(Descriptor fd, SubvolumeId id) {
        if (id.equals(SubvolumeId.TOP_LEVEL)) {
            return Optional.of(SubvolumePath.TOP);
        }
        try {
            return SubvolumeTree.place(fd, id)
                    .flatMap(place -> path(fd, place.parent())
                            .map(above -> above.resolve(InodeLookup.path(fd, place.parent(), place.directory()))
                                    .resolve(place.name())));
        } catch (BtrfsException.NotFound e) {
            return Optional.empty();
        }
    }

    /** The subvolumes directly below one, with their paths. */
    static List<ListedSubvolume> below(Descriptor fd, SubvolumeId parent) {
        Optional<SubvolumePath> above = path(fd, parent);
        List<ListedSubvolume> found = new ArrayList<>();
        for (SubvolumeInfo info : above.isPresent() ? SubvolumeTree.children(fd, parent) : List.<SubvolumeInfo>of()) {
            above.flatMap(path -> within(fd, path, parent, info))
                    .ifPresent(path -> found.add(new ListedSubvolume(path, info)));
        }
        return List.copyOf(found);
    }

    private static Optional<SubvolumePath> within(
            Descriptor fd, SubvolumePath above, SubvolumeId parent, SubvolumeInfo child) {
        try {
            List<EntryName> directory = InodeLookup.path(fd, parent, child.directory());
            return child.name().map(name -> above.resolve(directory).resolve(name));
        } catch (BtrfsException.NotFound e) {
            return Optional.empty();
        }
    }
}
