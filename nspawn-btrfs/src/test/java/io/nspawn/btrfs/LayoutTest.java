package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks the C compiler for every number that this library has written down, and compares. */
class LayoutTest {
    private final Map<String, Long> ours = new LinkedHashMap<>();

    @Test
    void everyOffsetSizeAndRequestIsThatOfTheHeaders(@TempDir Path directory) throws IOException {
        assumeTrue(Shell.has("gcc"), "needs gcc");
        assumeTrue(Files.exists(Path.of("/usr/include/linux/btrfs_tree.h")), "needs the headers of the kernel");
        requests();
        arguments();
        onDisk();
        systemCalls();
        constants();
        streams();
        files();

        List<String> lines = Shell.run(compile(directory)).lines().toList();

        Map<String, Long> theirs = new LinkedHashMap<>();
        List<String> expressions = new ArrayList<>(ours.keySet());
        for (int i = 0; i < expressions.size(); i++) {
            theirs.put(expressions.get(i), Long.parseUnsignedLong(lines.get(i)));
        }
        assertThat(theirs).hasSizeGreaterThan(100).isEqualTo(ours);
    }

    private Path compile(Path directory) throws IOException {
        StringBuilder source = new StringBuilder("""
                #define _GNU_SOURCE
                #include <stddef.h>
                #include <stdio.h>
                #include <fcntl.h>
                #include <poll.h>
                #include <time.h>
                #include <sys/uio.h>
                #include <sys/file.h>
                #include <sys/stat.h>
                #include <sys/vfs.h>
                #include <linux/fs.h>
                #include <linux/btrfs.h>
                #include <linux/btrfs_tree.h>
                #include <linux/magic.h>
                #include <linux/fsverity.h>
                int main(void) {
                """);
        ours.keySet()
                .forEach(expression -> source.append("printf(\"%llu\\n\", (unsigned long long) (")
                        .append(expression)
                        .append("));\n"));
        source.append("return 0; }\n");
        Path file = Files.writeString(directory.resolve("layout.c"), source);
        Path program = directory.resolve("layout");
        Shell.run("gcc", "-Wall", "-o", program, file);
        return program;
    }

    private void requests() throws IOException {
        for (Ioctl ioctl : Ioctl.values()) {
            ours.put("BTRFS_IOC_" + ioctl, ioctl.request());
        }
        // The headers of Linux 5.18 and later have it.
        if (Files.readString(Path.of("/usr/include/linux/btrfs.h")).contains("BTRFS_IOC_ENCODED_WRITE")) {
            encodedWrite();
        } else {
            ours.remove("BTRFS_IOC_ENCODED_WRITE");
        }
    }

    private void encodedWrite() {
        struct(
                "btrfs_ioctl_encoded_io_args",
                EncodedData.SIZE,
                "iov",
                EncodedData.IOV,
                "iovcnt",
                EncodedData.IOV_COUNT,
                "offset",
                EncodedData.OFFSET,
                "len",
                EncodedData.LENGTH,
                "unencoded_len",
                EncodedData.DECODED_LENGTH,
                "unencoded_offset",
                EncodedData.DECODED_OFFSET,
                "compression",
                EncodedData.COMPRESSION);
        for (String name : new String[] {"ZLIB", "ZSTD", "LZO_4K", "LZO_8K", "LZO_16K", "LZO_32K", "LZO_64K"}) {
            ours.put("BTRFS_ENCODED_IO_COMPRESSION_" + name, (long)
                    Compression.valueOf(name).number());
        }
    }

    private void struct(String name, int size, Object... fields) {
        ours.put("sizeof(struct " + name + ")", (long) size);
        for (int i = 0; i < fields.length; i += 2) {
            ours.put("offsetof(struct " + name + ", " + fields[i] + ")", (long) (int) fields[i + 1]);
        }
    }

    private void arguments() {
        struct("btrfs_ioctl_vol_args", VolumeArgs.SIZE, "fd", VolumeArgs.V1_FD, "name", VolumeArgs.V1_NAME);
        struct(
                "btrfs_ioctl_vol_args_v2",
                VolumeArgs.SIZE,
                "fd",
                VolumeArgs.V2_FD,
                "flags",
                VolumeArgs.V2_FLAGS,
                "size",
                VolumeArgs.V2_INHERIT_SIZE,
                "qgroup_inherit",
                VolumeArgs.V2_INHERIT,
                "name",
                VolumeArgs.V2_NAME,
                "subvolid",
                VolumeArgs.V2_SUBVOLUME_ID);
        struct(
                "btrfs_ioctl_get_subvol_info_args",
                SubvolumeInfoArgs.SIZE,
                "treeid",
                SubvolumeInfoArgs.ID,
                "name",
                SubvolumeInfoArgs.NAME,
                "parent_id",
                SubvolumeInfoArgs.PARENT_ID,
                "dirid",
                SubvolumeInfoArgs.DIRECTORY,
                "generation",
                SubvolumeInfoArgs.GENERATION,
                "flags",
                SubvolumeInfoArgs.FLAGS,
                "uuid",
                SubvolumeInfoArgs.UUID,
                "parent_uuid",
                SubvolumeInfoArgs.PARENT_UUID,
                "received_uuid",
                SubvolumeInfoArgs.RECEIVED_UUID,
                "ctransid",
                SubvolumeInfoArgs.CTRANSID,
                "otransid",
                SubvolumeInfoArgs.OTRANSID,
                "ctime",
                SubvolumeInfoArgs.CTIME,
                "otime",
                SubvolumeInfoArgs.OTIME);
        struct(
                "btrfs_ioctl_ino_lookup_args",
                InodeLookup.SIZE,
                "treeid",
                InodeLookup.TREE_ID,
                "objectid",
                InodeLookup.OBJECTID,
                "name",
                InodeLookup.NAME);
        struct(
                "btrfs_ioctl_fs_info_args",
                FilesystemInfo.SIZE,
                "max_id",
                FilesystemInfo.MAX_ID,
                "num_devices",
                FilesystemInfo.NUM_DEVICES,
                "fsid",
                FilesystemInfo.FSID,
                "nodesize",
                FilesystemInfo.NODESIZE,
                "sectorsize",
                FilesystemInfo.SECTORSIZE,
                "flags",
                FilesystemInfo.FLAGS,
                "generation",
                FilesystemInfo.GENERATION);
        struct(
                "btrfs_ioctl_space_args",
                Space.SpaceArgs.SIZE,
                "space_slots",
                Space.SpaceArgs.SLOTS,
                "total_spaces",
                Space.SpaceArgs.COUNT);
        struct(
                "btrfs_ioctl_space_info",
                Space.Allocation.SIZE,
                "flags",
                Space.Allocation.FLAGS,
                "total_bytes",
                Space.Allocation.TOTAL,
                "used_bytes",
                Space.Allocation.USED);
        search();
        administration();
    }

    private void search() {
        struct(
                "btrfs_ioctl_search_key",
                TreeSearch.BUFFER_SIZE,
                "tree_id",
                TreeSearch.TREE_ID,
                "min_objectid",
                TreeSearch.MIN_OBJECTID,
                "max_objectid",
                TreeSearch.MAX_OBJECTID,
                "min_offset",
                TreeSearch.MIN_OFFSET,
                "max_offset",
                TreeSearch.MAX_OFFSET,
                "min_transid",
                TreeSearch.MIN_TRANSID,
                "max_transid",
                TreeSearch.MAX_TRANSID,
                "min_type",
                TreeSearch.MIN_TYPE,
                "max_type",
                TreeSearch.MAX_TYPE,
                "nr_items",
                TreeSearch.NR_ITEMS);
        struct(
                "btrfs_ioctl_search_args_v2",
                TreeSearch.BUFFER,
                "buf_size",
                TreeSearch.BUFFER_SIZE,
                "buf",
                TreeSearch.BUFFER);
        struct(
                "btrfs_ioctl_search_header",
                TreeSearch.HEADER_SIZE,
                "transid",
                TreeSearch.HEADER_TRANSID,
                "objectid",
                TreeSearch.HEADER_OBJECTID,
                "offset",
                TreeSearch.HEADER_OFFSET,
                "type",
                TreeSearch.HEADER_TYPE,
                "len",
                TreeSearch.HEADER_LENGTH);
    }

    private void administration() {
        struct("btrfs_ioctl_quota_ctl_args", Ioctl.QUOTA_CTL.argumentSize(), "cmd", Quota.CONTROL_COMMAND);
        struct(
                "btrfs_ioctl_qgroup_create_args",
                Ioctl.QGROUP_CREATE.argumentSize(),
                "create",
                Quota.CREATE_OR_DESTROY,
                "qgroupid",
                Quota.CREATE_GROUP);
        struct(
                "btrfs_ioctl_qgroup_assign_args",
                Ioctl.QGROUP_ASSIGN.argumentSize(),
                "assign",
                Quota.ASSIGN_OR_REMOVE,
                "src",
                Quota.ASSIGN_CHILD,
                "dst",
                Quota.ASSIGN_PARENT);
        struct(
                "btrfs_ioctl_quota_rescan_args",
                Ioctl.QUOTA_RESCAN.argumentSize(),
                "flags",
                QuotaRescan.FLAGS,
                "progress",
                QuotaRescan.PROGRESS);
        struct("btrfs_qgroup_inherit", QuotaInheritance.SIZE, "num_qgroups", QuotaInheritance.COUNT);
        struct(
                "btrfs_ioctl_feature_flags",
                Features.SIZE,
                "compat_flags",
                Features.COMPATIBLE,
                "compat_ro_flags",
                Features.COMPATIBLE_READ_ONLY,
                "incompat_flags",
                Features.INCOMPATIBLE);
        struct(
                "btrfs_ioctl_qgroup_limit_args",
                Ioctl.QGROUP_LIMIT.argumentSize(),
                "qgroupid",
                Quota.LIMIT_GROUP,
                "lim",
                Quota.LIMIT);
        struct(
                "btrfs_qgroup_limit",
                QuotaTree.LIMIT_SIZE,
                "flags",
                QuotaTree.LIMIT_FLAGS,
                "max_rfer",
                QuotaTree.LIMIT_REFERENCED,
                "max_excl",
                QuotaTree.LIMIT_EXCLUSIVE);
        struct(
                "btrfs_ioctl_dev_info_args",
                Device.SIZE,
                "devid",
                Device.ID,
                "uuid",
                Device.UUID_FIELD,
                "bytes_used",
                Device.BYTES_USED,
                "total_bytes",
                Device.TOTAL_BYTES,
                "path",
                Device.PATH);
        struct(
                "btrfs_ioctl_get_dev_stats",
                Device.Errors.SIZE,
                "devid",
                Device.Errors.DEVICE,
                "nr_items",
                Device.Errors.COUNT,
                "values",
                Device.Errors.VALUES);
        struct(
                "btrfs_ioctl_get_subvol_rootref_args",
                ChildReferences.SIZE,
                "min_treeid",
                ChildReferences.MIN_TREE_ID,
                "rootref",
                ChildReferences.REFERENCES,
                "rootref[1]",
                ChildReferences.REFERENCES + ChildReferences.REFERENCE_SIZE,
                "num_items",
                ChildReferences.COUNT);
        struct(
                "btrfs_ioctl_ino_lookup_user_args",
                ChildReferences.LOOKUP_SIZE,
                "dirid",
                ChildReferences.LOOKUP_DIRECTORY,
                "treeid",
                ChildReferences.LOOKUP_TREE,
                "name",
                ChildReferences.LOOKUP_NAME,
                "path",
                ChildReferences.LOOKUP_PATH);
    }

    private void onDisk() {
        struct(
                "btrfs_qgroup_info_item",
                QuotaTree.INFO_SIZE,
                "rfer",
                QuotaTree.INFO_REFERENCED,
                "excl",
                QuotaTree.INFO_EXCLUSIVE);
        struct(
                "btrfs_qgroup_limit_item",
                QuotaTree.LIMIT_SIZE,
                "flags",
                QuotaTree.LIMIT_FLAGS,
                "max_rfer",
                QuotaTree.LIMIT_REFERENCED,
                "max_excl",
                QuotaTree.LIMIT_EXCLUSIVE);
        struct(
                "btrfs_root_item",
                RootItem.SIZE,
                "generation",
                RootItem.GENERATION,
                "flags",
                RootItem.FLAGS,
                "refs",
                RootItem.REFS,
                "generation_v2",
                RootItem.GENERATION_V2,
                "uuid",
                RootItem.UUID,
                "parent_uuid",
                RootItem.PARENT_UUID,
                "received_uuid",
                RootItem.RECEIVED_UUID,
                "ctransid",
                RootItem.CTRANSID,
                "otransid",
                RootItem.OTRANSID,
                "ctime",
                RootItem.CTIME,
                "otime",
                RootItem.OTIME);
        ours.put("offsetof(struct btrfs_root_item, level) + 1", (long) RootItem.OLD_SIZE);
        struct("btrfs_root_ref", RootRef.SIZE, "dirid", RootRef.DIRECTORY, "name_len", RootRef.NAME_LENGTH);
        struct(
                "btrfs_dir_item",
                DefaultSubvolume.SIZE,
                "location.objectid",
                DefaultSubvolume.OBJECTID,
                "name_len",
                DefaultSubvolume.NAME_LENGTH);
        struct(
                "btrfs_file_extent_item",
                53,
                "generation",
                WrittenData.Sum.GENERATION,
                "type",
                WrittenData.Sum.TYPE,
                "disk_bytenr",
                WrittenData.Sum.DISK_BYTENR,
                "disk_num_bytes",
                WrittenData.Sum.DISK_NUM_BYTES,
                "num_bytes",
                DataUsageSearch.NUM_BYTES);
    }

    private void systemCalls() {
        struct("statx", Inode.SIZE, "stx_uid", Inode.UID, "stx_mode", Inode.MODE, "stx_ino", Inode.INO);
        struct(
                "statfs",
                StatfsArgs.SIZE,
                "f_type",
                StatfsArgs.TYPE,
                "f_bsize",
                StatfsArgs.BLOCK_SIZE,
                "f_blocks",
                StatfsArgs.BLOCKS,
                "f_bfree",
                StatfsArgs.FREE,
                "f_bavail",
                StatfsArgs.AVAILABLE);
        ours.put("BTRFS_SUPER_MAGIC", StatfsArgs.BTRFS_SUPER_MAGIC);
        ours.put("O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC", (long) Flags.DIRECTORY);
        ours.put("O_NOFOLLOW", (long) Flags.NO_FOLLOW);
        ours.put("(unsigned) AT_FDCWD", Integer.toUnsignedLong(Flags.AT_FDCWD));
        ours.put("AT_SYMLINK_NOFOLLOW", (long) Flags.AT_SYMLINK_NOFOLLOW);
        ours.put("AT_REMOVEDIR", (long) Flags.AT_REMOVEDIR);
        ours.put("AT_EMPTY_PATH", (long) Flags.AT_EMPTY_PATH);
        ours.put("RENAME_NOREPLACE", (long) Flags.RENAME_NOREPLACE);
        ours.put("RENAME_EXCHANGE", (long) Flags.RENAME_EXCHANGE);
        ours.put("LOCK_EX", (long) Flags.LOCK_EX);
        ours.put("LOCK_NB", (long) Flags.LOCK_NB);
    }

    private void constants() {
        ours.put("BTRFS_SUBVOL_RDONLY", VolumeArgs.READ_ONLY);
        ours.put("BTRFS_SUBVOL_QGROUP_INHERIT", VolumeArgs.INHERIT);
        ours.put("BTRFS_QUOTA_CTL_ENABLE", Quota.ENABLE);
        for (Features.Feature feature : Features.Feature.values()) {
            // Known to newer headers only; Debian 12 has those of Linux 6.1.
            boolean recent = List.of("BLOCK_GROUP_TREE", "RAID_STRIPE_TREE", "SIMPLE_QUOTA")
                    .contains(feature.name());
            if (!recent) {
                ours.put(
                        "BTRFS_FEATURE_" + (feature.isIncompatible() ? "INCOMPAT_" : "COMPAT_RO_") + feature,
                        feature.bit());
            }
        }
        ours.put("BTRFS_SUBVOL_SPEC_BY_ID", VolumeArgs.BY_ID);
        ours.put("BTRFS_ROOT_SUBVOL_RDONLY", SubvolumeInfoArgs.READ_ONLY);
        ours.put("BTRFS_FS_INFO_FLAG_GENERATION", FilesystemInfo.WITH_GENERATION);
        ours.put("BTRFS_VOL_NAME_MAX", (long) EntryName.MAXIMUM_LENGTH);
        ours.put("BTRFS_FIRST_FREE_OBJECTID", InodeLookup.ROOT_DIRECTORY);
        ours.put("BTRFS_FS_TREE_OBJECTID", SubvolumeId.TOP_LEVEL.value());
        ours.put("BTRFS_ROOT_TREE_OBJECTID", TreeSearch.ROOT_TREE);
        ours.put("BTRFS_QUOTA_TREE_OBJECTID", TreeSearch.QUOTA_TREE);
        ours.put("BTRFS_ROOT_TREE_DIR_OBJECTID", TreeSearch.ROOT_TREE_DIRECTORY);
        ours.put("BTRFS_ORPHAN_OBJECTID", TreeSearch.ORPHAN_OBJECTID);
        ours.put("BTRFS_ORPHAN_ITEM_KEY", (long) SearchKey.ORPHAN_ITEM);
        ours.put("BTRFS_DIR_ITEM_KEY", (long) SearchKey.DIR_ITEM);
        ours.put("BTRFS_EXTENT_DATA_KEY", (long) SearchKey.EXTENT_DATA);
        ours.put("BTRFS_ROOT_ITEM_KEY", (long) SearchKey.ROOT_ITEM);
        ours.put("BTRFS_ROOT_BACKREF_KEY", (long) SearchKey.ROOT_BACKREF);
        ours.put("BTRFS_ROOT_REF_KEY", (long) SearchKey.ROOT_REF);
        ours.put("BTRFS_QGROUP_STATUS_KEY", (long) SearchKey.QGROUP_STATUS);
        ours.put("BTRFS_QGROUP_INFO_KEY", (long) SearchKey.QGROUP_INFO);
        ours.put("BTRFS_QGROUP_LIMIT_KEY", (long) SearchKey.QGROUP_LIMIT);
        ours.put("BTRFS_QGROUP_RELATION_KEY", (long) SearchKey.QGROUP_RELATION);
        ours.put("BTRFS_QUOTA_CTL_DISABLE", Quota.DISABLE);
        ours.put("BTRFS_QGROUP_LIMIT_MAX_RFER", QuotaTree.MAX_REFERENCED);
        ours.put("BTRFS_QGROUP_LIMIT_MAX_EXCL", QuotaTree.MAX_EXCLUSIVE);
        ours.put("BTRFS_DEV_STAT_VALUES_MAX", (long) Device.Errors.KNOWN);
        ours.put("BTRFS_BLOCK_GROUP_PROFILE_MASK", Space.Profile.MASK);
    }

    private void streams() {
        struct(
                "btrfs_ioctl_send_args",
                Ioctl.SEND.argumentSize(),
                "send_fd",
                SendArgs.SEND_FD,
                "clone_sources_count",
                SendArgs.CLONE_SOURCES_COUNT,
                "clone_sources",
                SendArgs.CLONE_SOURCES,
                "parent_root",
                SendArgs.PARENT_ROOT,
                "flags",
                SendArgs.FLAGS,
                // The version, which the headers of Linux 6.0 and later have a name for.
                "flags) + sizeof(__u64) + (0",
                SendArgs.VERSION);
        struct(
                "btrfs_ioctl_received_subvol_args",
                Ioctl.SET_RECEIVED_SUBVOL.argumentSize(),
                "uuid",
                StagedSubvolume.RECEIVED_UUID,
                "stransid",
                StagedSubvolume.RECEIVED_TRANSACTION);
        struct(
                "btrfs_ioctl_clone_range_args",
                Ioctl.CLONE_RANGE.argumentSize(),
                "src_fd",
                ReceivedContent.CLONE_SOURCE,
                "src_offset",
                ReceivedContent.CLONE_SOURCE_OFFSET,
                "src_length",
                ReceivedContent.CLONE_LENGTH,
                "dest_offset",
                ReceivedContent.CLONE_TARGET_OFFSET);
        ours.put("offsetof(struct btrfs_ioctl_get_subvol_info_args, stransid)", (long) SubvolumeInfoArgs.STRANSID);
        ours.put("BTRFS_UUID_TREE_OBJECTID", TreeSearch.UUID_TREE);
        ours.put("BTRFS_INODE_ITEM_KEY", (long) SearchKey.INODE_ITEM);
        ours.put("BTRFS_UUID_KEY_SUBVOL", (long) SearchKey.UUID_SUBVOL);
        ours.put("BTRFS_UUID_KEY_RECEIVED_SUBVOL", (long) SearchKey.UUID_RECEIVED);
    }

    private void files() {
        struct(
                "fsverity_enable_arg",
                ReceivedContent.VERITY_SIZE,
                "version",
                ReceivedContent.VERITY_VERSION,
                "hash_algorithm",
                ReceivedContent.VERITY_ALGORITHM,
                "block_size",
                ReceivedContent.VERITY_BLOCK_SIZE,
                "salt_size",
                ReceivedContent.VERITY_SALT_SIZE,
                "salt_ptr",
                ReceivedContent.VERITY_SALT,
                "sig_size",
                ReceivedContent.VERITY_SIGNATURE_SIZE,
                "sig_ptr",
                ReceivedContent.VERITY_SIGNATURE);
        ours.put("FS_IOC_ENABLE_VERITY", ReceivedContent.ENABLE_VERITY);
        struct(
                "iovec",
                EncodedData.IOVEC_SIZE,
                "iov_base",
                EncodedData.IOVEC_BASE,
                "iov_len",
                EncodedData.IOVEC_LENGTH);
        struct(
                "pollfd",
                PipeChannel.POLLFD_SIZE,
                "events",
                PipeChannel.POLLFD_EVENTS,
                "revents",
                PipeChannel.POLLFD_RESULT);
        ours.put("POLLIN", (long) PipeChannel.POLLIN);
        ours.put("2 * sizeof(struct timespec)", (long) ReceivedProperties.TIMES_SIZE);
        struct(
                "file_handle",
                StreamSubvolumes.HANDLE_INODE,
                "handle_bytes",
                StreamSubvolumes.HANDLE_BYTES,
                "handle_type",
                StreamSubvolumes.HANDLE_TYPE,
                "f_handle",
                StreamSubvolumes.HANDLE_INODE);
        ours.put("FS_IOC_SETFLAGS", ReceivedProperties.SET_FLAGS);
        ours.put(
                "FS_NOCOW_FL | FS_NOCOMP_FL | FS_SYNC_FL | FS_IMMUTABLE_FL | FS_APPEND_FL | FS_NODUMP_FL"
                        + " | FS_NOATIME_FL | FS_DIRSYNC_FL | FS_COMPR_FL",
                (long) ReceivedProperties.chattr(-1L));
        ours.put("O_CLOEXEC", (long) Flags.CLOSE_ON_EXEC);
        ours.put("O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC", (long) Flags.READ_FILE);
        ours.put("O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC", (long) Flags.WRITE_FILE);
    }
}
