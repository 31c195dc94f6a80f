package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subvolumes below one, found without privileges (Linux 4.18): GET_SUBVOL_ROOTREF says which there are,
 * INO_LOOKUP_USER where they lie. What the process may not look into is left out.
 */
final class ChildReferences {
    private static final Logger LOG = LoggerFactory.getLogger(ChildReferences.class);

    static final int SIZE = 4096;
    static final int MIN_TREE_ID = 0;
    static final int REFERENCES = 8;
    static final int REFERENCE_SIZE = 16;
    static final int COUNT = 4088;

    static final int LOOKUP_SIZE = 4096;
    static final int LOOKUP_DIRECTORY = 0;
    static final int LOOKUP_TREE = 8;
    static final int LOOKUP_NAME = 16;
    static final int LOOKUP_NAME_SIZE = 256;
    static final int LOOKUP_PATH = 272;
    static final int LOOKUP_PATH_SIZE = 3824;

    private ChildReferences() {}

    record Reference(SubvolumeId id, long directory) {}

    /** All subvolumes below one, parents first, with paths from its root. */
    static List<ListedSubvolume> descendants(Descriptor subvolume) {
        List<ListedSubvolume> found = new ArrayList<>();
        collect(subvolume, SubvolumePath.TOP, found);
        return List.copyOf(found);
    }

    private static void collect(Descriptor subvolume, SubvolumePath above, List<ListedSubvolume> found) {
        for (Reference reference : references(subvolume)) {
            try {
                List<EntryName> names = names(subvolume, reference);
                SubvolumePath path = above.resolve(names);
                try (Descriptor child = Walk.toSubvolume(subvolume, names, reference.id)) {
                    found.add(new ListedSubvolume(path, info(child)));
                    collect(child, path, found);
                }
            } catch (BtrfsException.NotFound | BtrfsException.PermissionDenied e) {
                // Deleted or moved meanwhile, or out of reach: as if it were not there.
                LOG.debug("left out subvolume={} reason={}", reference.id, e.getMessage());
            }
        }
    }

    private static SubvolumeInfo info(Descriptor child) {
        return child.ioctl(Ioctl.GET_SUBVOL_INFO, child.path(), buffer -> {}, SubvolumeInfoArgs::unpack);
    }

    private static List<EntryName> names(Descriptor subvolume, Reference reference) {
        return subvolume.ioctl(
                Ioctl.INO_LOOKUP_USER,
                "subvolume " + reference.id,
                buffer -> buffer.putLong(LOOKUP_DIRECTORY, reference.directory)
                        .putLong(LOOKUP_TREE, reference.id.value()),
                ChildReferences::unpackNames);
    }

    static List<EntryName> unpackNames(ByteBuffer from) {
        List<EntryName> names = new ArrayList<>(SubvolumePath.split(Wire.text(from, LOOKUP_PATH, LOOKUP_PATH_SIZE)));
        names.add(EntryName.ofBytes(Wire.text(from, LOOKUP_NAME, LOOKUP_NAME_SIZE)));
        return names;
    }

    private static List<Reference> references(Descriptor subvolume) {
        List<Reference> found = new ArrayList<>();
        ByteBuffer buffer = Wire.buffer(SIZE);
        int result;
        do {
            // A full answer is no error: the kernel has set where the next one begins.
            result = subvolume.attempt(Ioctl.GET_SUBVOL_ROOTREF, buffer);
            if (result != -Errno.EOVERFLOW.intValue()) {
                Failure.check(Ioctl.GET_SUBVOL_ROOTREF, subvolume.path(), result);
            }
            unpack(buffer, found);
        } while (result == -Errno.EOVERFLOW.intValue());
        return found;
    }

    static void unpack(ByteBuffer from, List<Reference> to) {
        int count = Byte.toUnsignedInt(from.get(COUNT));
        for (int i = 0; i < count; i++) {
            int at = REFERENCES + i * REFERENCE_SIZE;
            to.add(new Reference(new SubvolumeId(from.getLong(at)), from.getLong(at + Long.BYTES)));
        }
    }
}
