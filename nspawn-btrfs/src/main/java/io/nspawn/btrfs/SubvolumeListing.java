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
    /** By id, as the tree has them. */
    private final List<SubvolumeInfo> found = new ArrayList<>();
    /** What was read last, and whose place comes next. */
    private Optional<SubvolumeInfo> placeless = Optional.empty();

    private final Map<Place, Optional<SubvolumePath>> directories = new HashMap<>();

    private record Place(SubvolumeId subvolume, long directory) {}

    SubvolumeListing(Descriptor fd) {
        this.fd = fd;
    }

    List<ListedSubvolume> all() {
        new TreeSearch(
                        TreeSearch.ROOT_TREE,
                        SearchKey.first(FIRST, SearchKey.ROOT_ITEM),
                        SearchKey.last(LAST, SearchKey.ROOT_BACKREF))
                .read(fd, this::collect);
        List<ListedSubvolume> listed = new ArrayList<>(found.size());
        for (SubvolumeInfo info : found) {
            path(info).ifPresent(path -> listed.add(new ListedSubvolume(path, info)));
        }
        return List.copyOf(listed);
    }

    /**
     * The key order brings the item of a subvolume first and its place after it. One that is moved meanwhile may have two
     * places; the second goes by.
     */
    private boolean collect(TreeSearch.Item item) {
        SearchKey key = item.key();
        if (key.type() == SearchKey.ROOT_ITEM && SubvolumeId.isSubvolume(key.objectid())) {
            RootItem root = new RootItem(item.data());
            placeless = root.isLive()
                    ? Optional.of(root.info(new SubvolumeId(key.objectid()), Optional.empty()))
                    : Optional.empty();
        } else if (key.type() == SearchKey.ROOT_BACKREF
                && placeless.isPresent()
                && placeless.get().id().value() == key.objectid()) {
            RootRef place = RootRef.unpack(new SubvolumeId(key.offset()), item.data());
            found.add(placeless.get().at(place));
            placeless = Optional.empty();
        }
        return true;
    }

    /** Empty if the subvolume, or one it lies in, was deleted meanwhile. */
    private Optional<SubvolumePath> path(SubvolumeInfo info) {
        Optional<SubvolumePath> directory = directory(info.parent().orElseThrow(), info.directory());
        return directory.isPresent()
                ? Optional.of(directory.get().resolve(info.name().orElseThrow()))
                : Optional.empty();
    }

    private Optional<SubvolumePath> directory(SubvolumeId subvolume, long inode) {
        Place place = new Place(subvolume, inode);
        Optional<SubvolumePath> known = directories.get(place);
        if (known == null) {
            known = lookUp(subvolume, inode);
            directories.put(place, known);
        }
        return known;
    }

    private Optional<SubvolumePath> lookUp(SubvolumeId subvolume, long inode) {
        Optional<SubvolumePath> above = subvolume.equals(SubvolumeId.TOP_LEVEL)
                ? Optional.of(SubvolumePath.TOP)
                : find(subvolume).flatMap(this::path);
        try {
            return above.isPresent()
                    ? Optional.of(above.get().resolve(InodeLookup.path(fd, subvolume, inode)))
                    : Optional.empty();
        } catch (BtrfsException.NotFound e) {
            return Optional.empty();
        }
    }

    private Optional<SubvolumeInfo> find(SubvolumeId id) {
        int low = 0;
        int high = found.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = found.get(middle).id().compareTo(id);
            if (order == 0) {
                return Optional.of(found.get(middle));
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }
}
