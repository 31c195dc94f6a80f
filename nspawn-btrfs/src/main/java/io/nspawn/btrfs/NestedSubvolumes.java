package io.nspawn.btrfs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The subvolumes nested in one, as they lay at one moment. Needs CAP_SYS_ADMIN.
 *
 * @param source the root of the one they are in
 * @param top its id
 * @param places where each of them lies, each after those below it
 */
record NestedSubvolumes(Descriptor source, SubvolumeId top, Map<SubvolumeId, RootRef> places) {
    static NestedSubvolumes of(Descriptor source) {
        SubvolumeId top = InodeLookup.containing(source);
        return new NestedSubvolumes(source, top, SubvolumeTree.descendants(source, top));
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    List<SubvolumeId> parentsFirst() {
        List<SubvolumeId> ids = new ArrayList<>(places.keySet());
        Collections.reverse(ids);
        return ids;
    }

    /** The names from the root of the source down to one of them. */
    List<EntryName> names(SubvolumeId nested) {
        return Walk.names(source, top, nested, places);
    }
}
