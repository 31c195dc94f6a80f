package io.nspawn.btrfs;

/** Single snapshots and single deletions: the two calls that everything larger is made of. */
final class Snapshots {
    private Snapshots() {}

    static void take(Descriptor source, Descriptor directory, EntryName name, boolean readOnly) {
        int result = source.use(
                sourceFd -> directory.attempt(Ioctl.SNAP_CREATE_V2, VolumeArgs.snapshot(sourceFd, name, readOnly)));
        check(Ioctl.SNAP_CREATE_V2, directory, name, result);
    }

    static void destroy(Descriptor directory, EntryName name) {
        check(Ioctl.SNAP_DESTROY, directory, name, tryDestroy(directory, name));
    }

    /** Puts the path together only when it is needed, which takes longer than some of the calls. */
    static void check(Ioctl call, Descriptor directory, EntryName name, int result) {
        if (result < 0) {
            throw Failure.exception(call, directory.path() + "/" + name, -result);
        }
    }

    static int tryDestroy(Descriptor directory, EntryName name) {
        return directory.attempt(Ioctl.SNAP_DESTROY, buffer -> name.copyTo(buffer, VolumeArgs.V1_NAME));
    }

    static void destroy(Descriptor anywhere, SubvolumeId id) {
        Failure.check(Ioctl.SNAP_DESTROY_V2, "subvolume " + id, tryDestroy(anywhere, id));
    }

    static int tryDestroy(Descriptor anywhere, SubvolumeId id) {
        return anywhere.attempt(Ioctl.SNAP_DESTROY_V2, VolumeArgs.byId(id));
    }
}
