package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/** struct btrfs_root_item, packed and little-endian as it is on disk. Old filesystems have the first 239 bytes only. */
final class RootItem {
    static final int SIZE = 439;
    static final int OLD_SIZE = 239;
    static final int GENERATION = 160;
    static final int FLAGS = 208;
    static final int REFS = 216;
    static final int GENERATION_V2 = 239;
    static final int UUID = 247;
    static final int PARENT_UUID = 263;
    static final int RECEIVED_UUID = 279;
    static final int CTRANSID = 295;
    static final int OTRANSID = 303;
    static final int CTIME = 327;
    static final int OTIME = 339;

    private final ByteBuffer data;
    private final boolean complete;

    RootItem(ByteBuffer data) {
        this.data = data;
        // Kernels before 3.6 write the old part alone; the two generations then differ.
        this.complete = data.limit() >= SIZE && data.getLong(GENERATION) == data.getLong(GENERATION_V2);
    }

    /** A deleted subvolume stays without references until the cleaner is done with it. */
    boolean isLive() {
        return data.getInt(REFS) != 0;
    }

    SubvolumeInfo info(SubvolumeId id, Optional<RootRef> place) {
        return new SubvolumeInfo(
                id,
                place.map(RootRef::parent),
                place.map(RootRef::directory).orElse(0L),
                place.map(RootRef::name),
                complete ? Wire.uuid(data, UUID) : Optional.empty(),
                complete ? Wire.uuid(data, PARENT_UUID) : Optional.empty(),
                complete ? Wire.uuid(data, RECEIVED_UUID) : Optional.empty(),
                data.getLong(GENERATION),
                complete ? data.getLong(CTRANSID) : 0,
                complete ? data.getLong(OTRANSID) : 0,
                complete ? Wire.time(data, CTIME) : Instant.EPOCH,
                complete ? Wire.time(data, OTIME) : Instant.EPOCH,
                (data.getLong(FLAGS) & SubvolumeInfoArgs.READ_ONLY) != 0);
    }
}
