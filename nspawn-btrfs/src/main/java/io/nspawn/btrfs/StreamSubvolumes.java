package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the subvolumes that a stream builds upon, by UUID in the tree of UUIDs, and opens them by their id: so it does
 * not matter where in the filesystem they lie and whether the mount shows them. Needs CAP_SYS_ADMIN and
 * CAP_DAC_READ_SEARCH.
 *
 * @param anywhere a directory of the filesystem
 * @param files the system
 */
record StreamSubvolumes(Descriptor anywhere, FileCalls files) {
    private static final Logger LOG = LoggerFactory.getLogger(StreamSubvolumes.class);

    /** struct file_handle with the part of struct btrfs_fid that has no parent in it. */
    static final int HANDLE_SIZE = 28;

    static final int HANDLE_BYTES = 0;
    static final int HANDLE_TYPE = 4;
    static final int HANDLE_INODE = 8;
    static final int HANDLE_SUBVOLUME = 16;
    static final int HANDLE_GENERATION = 24;

    /** FILEID_BTRFS_WITHOUT_PARENT. */
    private static final int WITHOUT_PARENT = 0x4d;

    private static final int FID_SIZE = 20;

    /** Where struct btrfs_inode_item has the generation of the inode. */
    private static final int INODE_GENERATION = 0;

    /**
     * Opens the read-only subvolume that was received with a UUID, or else has it itself, and that has not changed
     * since the transaction. The caller closes it.
     *
     * @throws BtrfsException.NotFound if there is none
     */
    Subvolume find(UUID uuid, long transaction) {
        for (int type : new int[] {SearchKey.UUID_RECEIVED, SearchKey.UUID_SUBVOL}) {
            for (long id : ids(uuid, type)) {
                Optional<Subvolume> found = candidate(new SubvolumeId(id), type, transaction);
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        throw new BtrfsException.NotFound(Failure.of(
                "find subvolume",
                "UUID " + uuid + " of transaction " + Long.toUnsignedString(transaction),
                "receive it first, without changing it afterwards, or send the subvolume whole"));
    }

    /** Opens a subvolume if it is the right one; one that is deleted meanwhile is not. */
    private Optional<Subvolume> candidate(SubvolumeId id, int type, long transaction) {
        try {
            return rightOrClosed(open(id), type, transaction);
        } catch (BtrfsException e) {
            boolean deleted = e instanceof BtrfsException.NotFound || e.errno() == Errno.ESTALE.intValue();
            if (!deleted) {
                throw e;
            }
            LOG.debug("passed over subvolume={}, it was deleted meanwhile: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Subvolume> rightOrClosed(Subvolume opened, int type, long transaction) {
        boolean right = false;
        try {
            right = isRight(opened, type, transaction);
            return right ? Optional.of(opened) : Optional.empty();
        } finally {
            if (!right) {
                opened.close();
            }
        }
    }

    private static boolean isRight(Subvolume found, int type, long transaction) {
        return found.descriptor().ioctl(Ioctl.GET_SUBVOL_INFO, found.toString(), buffer -> {}, buffer -> {
            int field = type == SearchKey.UUID_RECEIVED ? SubvolumeInfoArgs.STRANSID : SubvolumeInfoArgs.CTRANSID;
            boolean readOnly = (buffer.getLong(SubvolumeInfoArgs.FLAGS) & SubvolumeInfoArgs.READ_ONLY) != 0;
            return readOnly && buffer.getLong(field) == transaction;
        });
    }

    /** The key is the UUID as it is stored, cut in two and read as little-endian numbers. */
    private List<Long> ids(UUID uuid, int type) {
        long high = Long.reverseBytes(uuid.getMostSignificantBits());
        long low = Long.reverseBytes(uuid.getLeastSignificantBits());
        SearchKey key = new SearchKey(high, type, low);
        List<Long> ids = new ArrayList<>();
        new TreeSearch(TreeSearch.UUID_TREE, key, key).readFew(anywhere, item -> {
            for (int at = 0; at + Long.BYTES <= item.data().limit(); at += Long.BYTES) {
                ids.add(item.data().getLong(at));
            }
            return true;
        });
        return ids;
    }

    private Subvolume open(SubvolumeId id) {
        ByteBuffer handle = handle(id, generation(id));
        String object = "subvolume " + id;
        int number = anywhere.use(mount -> files.openByHandle(mount, handle, Flags.DIRECTORY));
        Descriptor fd =
                new Descriptor(anywhere.kernel(), Failure.check(SystemCall.OPEN_SUBVOLUME, object, number), object);
        return Directory.of(fd).asSubvolume();
    }

    static ByteBuffer handle(SubvolumeId id, long generation) {
        ByteBuffer handle = ByteBuffer.allocateDirect(HANDLE_SIZE).order(ByteOrder.nativeOrder());
        handle.putInt(HANDLE_BYTES, FID_SIZE);
        handle.putInt(HANDLE_TYPE, WITHOUT_PARENT);
        handle.putLong(HANDLE_INODE, InodeLookup.ROOT_DIRECTORY);
        handle.putLong(HANDLE_SUBVOLUME, id.value());
        handle.putInt(HANDLE_GENERATION, (int) generation);
        return handle;
    }

    /** The generation of the root directory, without which older kernels do not take a handle. */
    private long generation(SubvolumeId id) {
        SearchKey key = SearchKey.first(InodeLookup.ROOT_DIRECTORY, SearchKey.INODE_ITEM);
        long[] generation = new long[1];
        new TreeSearch(id.value(), key, key).readFew(anywhere, item -> {
            generation[0] = item.data().getLong(INODE_GENERATION);
            return false;
        });
        return generation[0];
    }
}
