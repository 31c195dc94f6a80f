package io.nspawn.btrfs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The directories of a tree that were asked for last, kept open: the next command of a stream is mostly about one of
 * them. Each was opened from the one above it, never through a symlink. Closes what it opened, not the root.
 */
final class OpenDirectories implements AutoCloseable {
    /** Enough to go to and fro between a few; so few that a deep tree does not use up the process's descriptors. */
    static final int MOST = 16;

    private final Descriptor root;
    private final Map<List<EntryName>, Descriptor> open = new LinkedHashMap<>(MOST, 0.75f, true);

    OpenDirectories(Descriptor root) {
        this.root = root;
    }

    /**
     * Opens a directory, or finds it open.
     *
     * @param path the names from the root
     * @return valid until something moved, or a few others were asked for
     */
    Descriptor at(List<EntryName> path) {
        if (path.isEmpty()) {
            return root;
        }
        Descriptor known = open.get(path);
        return known == null ? openFrom(nearestAbove(path), path) : known;
    }

    /** How many names of the path lead to the deepest directory on it that is open. */
    private int nearestAbove(List<EntryName> path) {
        int depth = path.size() - 1;
        while (depth > 0 && !open.containsKey(path.subList(0, depth))) {
            depth--;
        }
        return depth;
    }

    /** Keeps the directory and the one above it, so that few others go for it, however long the way is. */
    private Descriptor openFrom(int depth, List<EntryName> path) {
        int last = path.size() - 1;
        Descriptor above = at(path.subList(0, depth));
        if (depth < last) {
            above = keep(path.subList(0, last), Walk.down(above, path.subList(depth, last)));
        }
        return keep(path, above.openDirectory(path.get(last)));
    }

    private Descriptor keep(List<EntryName> path, Descriptor directory) {
        open.put(List.copyOf(path), directory);
        if (open.size() > MOST) {
            List<EntryName> eldest = open.keySet().iterator().next();
            forget(eldest);
        }
        return directory;
    }

    /** To be told of every entry that moved or that another took the place of: what was below it is elsewhere now. */
    void moved(List<EntryName> path) {
        for (List<EntryName> kept : new ArrayList<>(open.keySet())) {
            boolean below =
                    kept.size() >= path.size() && kept.subList(0, path.size()).equals(path);
            if (below) {
                forget(kept);
            }
        }
    }

    private void forget(List<EntryName> path) {
        Descriptor directory = open.remove(path);
        if (directory != null) {
            directory.close();
        }
    }

    @Override
    public void close() {
        open.values().forEach(Descriptor::close);
        open.clear();
    }
}
