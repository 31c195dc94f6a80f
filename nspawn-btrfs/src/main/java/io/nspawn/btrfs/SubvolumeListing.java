package io.nspawn.btrfs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lists every subvolume in one pass over the tree of trees, and asks for the path of each directory once. */
final class SubvolumeListing {
    private static final long FIRST = 256;
    private static final long LAST = -256;

    private final Descriptor fd;
    private final Map<SubvolumeId, SubvolumeInfo> found = new HashMap<>();
    private final List<SubvolumeId> order = new ArrayList<>();
    private final Map<Place, Optional<List<EntryName>>> directories = new HashMap<>();
    private final Map<SubvolumeId, Optional<SubvolumePath>> paths = new HashMap<>();

    private record Place(SubvolumeId subvolume, long directory) {}

    SubvolumeListing(Descriptor fd) {
        this.fd = fd;
        paths.put(SubvolumeId.TOP_LEVEL, Optional.of(SubvolumePath.TOP));
    }

    List<ListedSubvolume> all() {
        new TreeSearch(
                        TreeSearch.ROOT_TREE,
                        SearchKey.first(FIRST, SearchKey.ROOT_ITEM),
                        SearchKey.last(LAST, SearchKey.ROOT_BACKREF))
                .read(fd, this::collect);
        List<ListedSubvolume> listed = new ArrayList<>(order.size());
        for (SubvolumeId id : order) {
            SubvolumeInfo info = found.get(id);
            if (info != null) {
                path(id).ifPresent(path -> listed.add(new ListedSubvolume(path, info)));
            }
        }
        return List.copyOf(listed);
    }

    /** The key order brings the item of a subvolume first and its place after it. */
    private boolean collect(TreeSearch.Item item) {
        SearchKey key = item.key();
        if (key.type() == SearchKey.ROOT_ITEM && SubvolumeId.isSubvolume(key.objectid())) {
            RootItem root = new RootItem(item.data());
            if (root.isLive()) {
                SubvolumeId id = new SubvolumeId(key.objectid());
                found.put(id, root.info(id, Optional.empty()));
            }
        } else if (key.type() == SearchKey.ROOT_BACKREF) {
            SubvolumeId id = new SubvolumeId(key.objectid());
            SubvolumeInfo info = found.get(id);
            if (info != null) {
                found.put(id, info.at(RootRef.unpack(new SubvolumeId(key.offset()), item.data())));
                order.add(id);
            }
        }
        return true;
    }

    /** Empty if the subvolume, or one it lies in, was deleted meanwhile. */
    private Optional<SubvolumePath> path(SubvolumeId id) {
        Optional<SubvolumePath> known = paths.get(id);
        if (known != null) {
            return known;
        }
        Optional<SubvolumePath> path = Optional.ofNullable(found.get(id)).flatMap(this::path);
        paths.put(id, path);
        return path;
    }

    private Optional<SubvolumePath> path(SubvolumeInfo info) {
        return info.parent()
                .flatMap(parent -> path(parent)
                        .flatMap(above -> directory(parent, info.directory())
                                .flatMap(names -> info.name()
                                        .map(name -> above.resolve(names).resolve(name)))));
    }

    private Optional<List<EntryName>> directory(SubvolumeId subvolume, long inode) {
        return directories.computeIfAbsent(new Place(subvolume, inode), place -> {
            try {
                return Optional.of(InodeLookup.path(fd, subvolume, inode));
            } catch (BtrfsException.NotFound e) {
                return Optional.empty();
            }
        });
    }
}
