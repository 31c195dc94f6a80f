package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The entry "default" of the root tree directory (struct btrfs_dir_item): there is no call to read it. */
final class DefaultSubvolume {
    static final int SIZE = 30;
    static final int OBJECTID = 0;
    static final int NAME_LENGTH = 27;
    private static final byte[] NAME = "default".getBytes(StandardCharsets.US_ASCII);

    private DefaultSubvolume() {}

    static SubvolumeId read(Descriptor fd) {
        List<SubvolumeId> found = new ArrayList<>(1);
        long directory = TreeSearch.ROOT_TREE_DIRECTORY;
        SearchKey last = SearchKey.last(directory, SearchKey.DIR_ITEM);
        new TreeSearch(TreeSearch.ROOT_TREE, SearchKey.first(directory, SearchKey.DIR_ITEM), last).readFew(fd, item -> {
            if (item.key().type() == SearchKey.DIR_ITEM && isNamedDefault(item.data())) {
                found.add(new SubvolumeId(item.data().getLong(OBJECTID)));
            }
            return true;
        });
        return found.isEmpty() ? SubvolumeId.TOP_LEVEL : found.get(0);
    }

    static boolean isNamedDefault(ByteBuffer item) {
        int length = Short.toUnsignedInt(item.getShort(NAME_LENGTH));
        return length == NAME.length && Arrays.equals(Wire.bytes(item, SIZE, length), NAME);
    }
}
