package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * The quota groups that a subvolume is put into when it is made ({@code btrfs subvolume create -i}), in the same
 * transaction: nothing can be written to it uncounted. Needs CAP_SYS_ADMIN; without quota it has no effect.
 *
 * @param groups groups of level 1 and above, at most {@link #MOST}, each once
 */
public record QuotaInheritance(List<QuotaGroupId> groups) {
    /** As many as fit into the page that the kernel takes them in. */
    public static final int MOST = 503;

    /** None. */
    public static final QuotaInheritance NONE = new QuotaInheritance(List.of());

    static final int SIZE = 72;
    static final int COUNT = 8;

    /** Refuses groups that the kernel would, and copies the list. */
    public QuotaInheritance {
        groups = List.copyOf(new LinkedHashSet<>(groups));
        if (groups.size() > MOST) {
            throw new IllegalArgumentException("a subvolume inherits at most " + MOST + " quota groups");
        }
        if (groups.stream().anyMatch(group -> group.level() == 0)) {
            throw new IllegalArgumentException("a group of level 0 is that of one subvolume: " + groups);
        }
    }

    /** The groups given. */
    public static QuotaInheritance of(QuotaGroupId... groups) {
        return new QuotaInheritance(List.of(groups));
    }

    void create(Descriptor directory, EntryName name) {
        call(Ioctl.SUBVOL_CREATE_V2, directory, name, VolumeArgs.create(name));
    }

    void snapshot(Descriptor source, Descriptor directory, EntryName name, boolean readOnly) {
        if (groups.isEmpty()) {
            Snapshots.take(source, directory, name, readOnly);
        } else {
            source.use(sourceFd -> {
                call(Ioctl.SNAP_CREATE_V2, directory, name, VolumeArgs.snapshot(sourceFd, name, readOnly));
                return 0;
            });
        }
    }

    private void call(Ioctl call, Descriptor directory, EntryName name, Consumer<ByteBuffer> pack) {
        if (groups.isEmpty()) {
            directory.ioctlOn(name, call, pack);
            return;
        }
        ArgumentPool pool = directory.kernel().arguments();
        ByteBuffer inherited = pool.borrow();
        try {
            pack(inherited);
            long address = directory.kernel().address(inherited);
            int result = directory.attempt(call, pack.andThen(buffer -> point(buffer, address)));
            if (result < 0) {
                throw Failure.exception(call, directory.path() + "/" + name + " in quota groups " + groups, -result);
            }
        } finally {
            pool.giveBack(inherited);
        }
    }

    /** struct btrfs_qgroup_inherit. */
    void pack(ByteBuffer to) {
        to.putLong(COUNT, groups.size());
        for (int i = 0; i < groups.size(); i++) {
            to.putLong(SIZE + i * Long.BYTES, groups.get(i).key());
        }
    }

    private void point(ByteBuffer arguments, long address) {
        arguments.putLong(VolumeArgs.V2_FLAGS, arguments.getLong(VolumeArgs.V2_FLAGS) | VolumeArgs.INHERIT);
        arguments.putLong(VolumeArgs.V2_INHERIT_SIZE, SIZE + (long) groups.size() * Long.BYTES);
        arguments.putLong(VolumeArgs.V2_INHERIT, address);
    }
}
