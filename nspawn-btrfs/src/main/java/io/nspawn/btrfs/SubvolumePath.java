package io.nspawn.btrfs;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a subvolume lies, seen from the top level of the filesystem (not from any mount point): one name a directory.
 *
 * @param names the names from the top; empty for the top level itself
 */
public record SubvolumePath(List<EntryName> names) {
    /** The top level. */
    public static final SubvolumePath TOP = new SubvolumePath(List.of());

    /** Copies the list. */
    public SubvolumePath {
        names = List.copyOf(names);
    }

    /** This path with names added to it. */
    public SubvolumePath resolve(List<EntryName> below) {
        List<EntryName> all = new ArrayList<>(names);
        all.addAll(below);
        return new SubvolumePath(all);
    }

    /** This path with a name added to it. */
    public SubvolumePath resolve(EntryName name) {
        EntryName[] all = names.toArray(new EntryName[names.size() + 1]);
        all[names.size()] = name;
        return new SubvolumePath(List.of(all));
    }

    /** Splits what INO_LOOKUP answers: names, each followed by a slash. */
    static List<EntryName> split(byte[] path) {
        List<EntryName> names = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                if (i > start) {
                    names.add(EntryName.ofBytes(java.util.Arrays.copyOfRange(path, start, i)));
                }
                start = i + 1;
            }
        }
        return List.copyOf(names);
    }

    /** The names joined by slashes, for people: see {@link EntryName#toString()}. */
    @Override
    public String toString() {
        return names.stream().map(EntryName::toString).collect(Collectors.joining("/"));
    }
}
