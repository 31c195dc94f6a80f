package io.nspawn.btrfs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which subvolume lies in which, read from the tree of trees by key: the cost is that of what is asked for. */
final class SubvolumeTree {
    private static final Logger LOG = LoggerFactory.getLogger(SubvolumeTree.class);

    private SubvolumeTree() {}

    /** All subvolumes below the one that a descriptor is the root of, parents first, with paths from there. */
    static List<ListedSubvolume> listBelow(Descriptor subvolume) {
        NestedSubvolumes nested = NestedSubvolumes.of(subvolume);
        List<ListedSubvolume> found = new ArrayList<>();
        for (SubvolumeId id : nested.parentsFirst()) {
            try {
                SubvolumePath path = new SubvolumePath(nested.names(id));
                info(subvolume, id).ifPresent(info -> found.add(new ListedSubvolume(path, info)));
            } catch (BtrfsException.NotFound e) {
                LOG.debug("left out subvolume={}, it was deleted meanwhile: {}", id, e.getMessage());
            }
        }
        return List.copyOf(found);
    }

    /** The subvolumes directly below one, by id. */
    static Map<SubvolumeId, RootRef> references(Descriptor fd, SubvolumeId parent) {
        Map<SubvolumeId, RootRef> found = new LinkedHashMap<>();
        search(parent, SearchKey.ROOT_REF).read(fd, item -> {
            if (item.key().type() == SearchKey.ROOT_REF) {
                found.put(new SubvolumeId(item.key().offset()), RootRef.unpack(parent, item.data()));
            }
            return true;
        });
        return found;
    }

    /** All subvolumes below one, each after those below it. */
    static Map<SubvolumeId, RootRef> descendants(Descriptor fd, SubvolumeId top) {
        Map<SubvolumeId, RootRef> found = new LinkedHashMap<>();
        references(fd, top).forEach((id, place) -> {
            found.putAll(descendants(fd, id));
            found.put(id, place);
        });
        return found;
    }

    static List<SubvolumeInfo> children(Descriptor fd, SubvolumeId parent) {
        return infos(fd, references(fd, parent));
    }

    static List<SubvolumeInfo> inDirectory(Descriptor directory) {
        long inode = Inode.of(directory).number();
        Map<SubvolumeId, RootRef> places = references(directory, InodeLookup.containing(directory));
        places.values().removeIf(place -> place.directory() != inode);
        return infos(directory, places);
    }

    private static List<SubvolumeInfo> infos(Descriptor fd, Map<SubvolumeId, RootRef> places) {
        List<SubvolumeInfo> infos = new ArrayList<>(places.size());
        // One that is deleted between the two searches is left out.
        places.forEach((id, place) -> info(fd, id, Optional.of(place)).ifPresent(infos::add));
        return List.copyOf(infos);
    }

    private static Optional<SubvolumeInfo> info(Descriptor fd, SubvolumeId id, Optional<RootRef> place) {
        List<SubvolumeInfo> found = new ArrayList<>(1);
        search(id, SearchKey.ROOT_ITEM).readFew(fd, item -> {
            if (item.key().type() == SearchKey.ROOT_ITEM) {
                RootItem root = new RootItem(item.data());
                if (root.isLive()) {
                    found.add(root.info(id, place));
                }
            }
            return true;
        });
        return found.stream().findFirst();
    }

    /**
     * Whatever is known of a live subvolume by its id. A deleted one loses its place at once, and its references only
     * with the next commit.
     */
    static Optional<SubvolumeInfo> info(Descriptor fd, SubvolumeId id) {
        Optional<RootRef> place = place(fd, id);
        return place.isPresent() || id.equals(SubvolumeId.TOP_LEVEL) ? info(fd, id, place) : Optional.empty();
    }

    static Optional<RootRef> place(Descriptor fd, SubvolumeId id) {
        List<RootRef> found = new ArrayList<>(1);
        search(id, SearchKey.ROOT_BACKREF).readFew(fd, item -> {
            if (item.key().type() == SearchKey.ROOT_BACKREF) {
                found.add(RootRef.unpack(new SubvolumeId(item.key().offset()), item.data()));
            }
            return true;
        });
        return found.stream().findFirst();
    }

    /** Whether the tree of a subvolume is still there, live or deleted and not cleaned. */
    static boolean isPresent(Descriptor fd, SubvolumeId id) {
        boolean[] present = {false};
        search(id, SearchKey.ROOT_ITEM).readFew(fd, item -> {
            present[0] |= item.key().type() == SearchKey.ROOT_ITEM;
            return !present[0];
        });
        return present[0];
    }

    private static TreeSearch search(SubvolumeId id, int type) {
        return new TreeSearch(
                TreeSearch.ROOT_TREE, SearchKey.first(id.value(), type), SearchKey.last(id.value(), type));
    }
}
