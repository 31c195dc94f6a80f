package io.nspawn.btrfs;

import java.nio.ByteBuffer;

/**
 * What fstatfs(2) says of a filesystem; struct statfs is the same on every 64-bit Linux but s390x, which BTRFS for
 * Java does not know.
 *
 * @param type the magic number
 * @param blockSize bytes a block
 * @param blocks all blocks
 * @param free blocks not in use
 * @param available free blocks that data can have
 */
record StatfsArgs(long type, long blockSize, long blocks, long free, long available) {
    static final int SIZE = 120;
    static final int TYPE = 0;
    static final int BLOCK_SIZE = 8;
    static final int BLOCKS = 16;
    static final int FREE = 24;
    static final int AVAILABLE = 32;

    static final long BTRFS_SUPER_MAGIC = 0x9123683EL;

    static StatfsArgs of(Descriptor fd) {
        ByteBuffer buffer = Wire.buffer(2 * SIZE);
        Failure.check(SystemCall.STATFS, fd.path(), fd.use(number -> fd.kernel().fstatfs(number, buffer)));
        return unpack(buffer);
    }

    static StatfsArgs unpack(ByteBuffer from) {
        return new StatfsArgs(
                from.getLong(TYPE),
                from.getLong(BLOCK_SIZE),
                from.getLong(BLOCKS),
                from.getLong(FREE),
                from.getLong(AVAILABLE));
    }

    boolean isBtrfs() {
        return type == BTRFS_SUPER_MAGIC;
    }
}
