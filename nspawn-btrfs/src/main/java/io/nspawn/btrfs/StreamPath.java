package io.nspawn.btrfs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where something lies in a subvolume that is sent: one name a directory, down from the root of the subvolume. It
 * cannot be absolute and cannot lead upwards, because no {@link EntryName} can.
 *
 * @param names the names from the root; empty for the root itself
 */
public record StreamPath(List<EntryName> names) {
    /** PATH_MAX without its NUL: the longest path in a stream, in bytes. */
    public static final int MAXIMUM_LENGTH = 4095;

    /** The root of the subvolume. */
    public static final StreamPath ROOT = new StreamPath(List.of());

    /** Copies the list. */
    public StreamPath {
        names = List.copyOf(names);
    }

    /**
     * A path as it stands in a stream: names joined by single slashes.
     *
     * @throws BtrfsException.BadName if it is absolute or too long, or if one of its names is none
     */
    public static StreamPath ofBytes(byte[] path) {
        if (path.length > MAXIMUM_LENGTH) {
            throw new BtrfsException.BadName(Failure.of(
                    "check path", path.length + " bytes", "a path has at most " + MAXIMUM_LENGTH + " bytes"));
        }
        if (path.length == 0) {
            return ROOT;
        }
        List<EntryName> names = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                names.add(EntryName.ofBytes(Arrays.copyOfRange(path, start, i)));
                start = i + 1;
            }
        }
        return new StreamPath(names);
    }

    /** The directory it is in; the root is in itself. */
    public StreamPath parent() {
        return names.isEmpty() ? this : new StreamPath(names.subList(0, names.size() - 1));
    }

    /** The names joined by slashes, for people: see {@link EntryName#toString()}. */
    @Override
    public String toString() {
        return names.stream().map(EntryName::toString).collect(Collectors.joining("/"));
    }
}
