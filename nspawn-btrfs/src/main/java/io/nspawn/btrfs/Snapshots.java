package io.nspawn.btrfs;

import java.nio.ByteBuffer;

/** Single snapshots and single deletions: the two calls that everything larger is made of. */
final class Snapshots {
    private Snapshots() {}

    static void take(Descriptor source, Descriptor directory, EntryName name, boolean readOnly) {
        ByteBuffer argument = Wire.buffer(Ioctl.SNAP_CREATE_V2.argumentSize());
        int result = source.use(sourceFd -> {
            VolumeArgs.snapshot(sourceFd, name, readOnly).accept(argument);
            return directory.attempt(Ioctl.SNAP_CREATE_V2, argument);
        });
        Failure.check(Ioctl.SNAP_CREATE_V2, directory.path() + "/" + name, result);
    }

    static void destroy(Descriptor directory, EntryName name) {
        Failure.check(Ioctl.SNAP_DESTROY, directory.path() + "/" + name, tryDestroy(directory, name));
    }

    static int tryDestroy(Descriptor directory, EntryName name) {
        return directory.attempt(Ioctl.SNAP_DESTROY, VolumeArgs.named(name.bytes()));
    }

    static void destroy(Descriptor anywhere, SubvolumeId id) {
        Failure.check(Ioctl.SNAP_DESTROY_V2, "subvolume " + id, tryDestroy(anywhere, id));
    }

    static int tryDestroy(Descriptor anywhere, SubvolumeId id) {
        return anywhere.attempt(Ioctl.SNAP_DESTROY_V2, VolumeArgs.byId(id));
    }
}
