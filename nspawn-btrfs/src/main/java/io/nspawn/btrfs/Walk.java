package io.nspawn.btrfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Goes down a tree whose owner is not trusted: one name at a time, through directories only. */
final class Walk {
    private Walk() {}

    /** Opens the directory at the end of the names; the caller closes it. */
    static Descriptor down(Descriptor from, List<EntryName> names) {
        Descriptor at = from;
        for (EntryName name : names) {
            Descriptor above = at;
            try {
                at = above.openDirectory(name);
            } finally {
                if (above != from) {
                    above.close();
                }
            }
        }
        return at == from ? reopened(from) : at;
    }

    private static Descriptor reopened(Descriptor from) {
        int number = from.use(fd -> from.kernel().openat(fd, new byte[] {'.', 0}, Flags.DIRECTORY));
        return new Descriptor(from.kernel(), Failure.check(SystemCall.OPEN, from.path(), number), from.path());
    }

    /** Opens a subvolume below another one, and makes sure that it is the one meant. */
    static Descriptor toSubvolume(Descriptor top, List<EntryName> names, SubvolumeId expected) {
        Descriptor found = down(top, names);
        try {
            if (InodeLookup.containing(found).equals(expected)
                    && Inode.of(found).isSubvolume()) {
                return found;
            }
            throw new BtrfsException.NotFound(
                    Failure.of("open subvolume " + expected, found.path(), "it was moved meanwhile: try again"));
        } catch (RuntimeException e) {
            found.close();
            throw e;
        }
    }

    /** The names from the root of one subvolume down to the root of one nested in it. */
    static List<EntryName> names(Descriptor fd, SubvolumeId top, SubvolumeId nested, Map<SubvolumeId, RootRef> places) {
        if (nested.equals(top)) {
            return List.of();
        }
        RootRef place = places.get(nested);
        if (place == null) {
            throw new IllegalArgumentException("subvolume " + nested + " is not below " + top);
        }
        List<EntryName> names = new ArrayList<>(names(fd, top, place.parent(), places));
        names.addAll(InodeLookup.path(fd, place.parent(), place.directory()));
        names.add(place.name());
        return names;
    }
}
