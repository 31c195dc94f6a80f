package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/**
 * One command of a send stream (enum btrfs_send_cmd of fs/btrfs/send.h), decoded and checked: paths stay below the
 * subvolume, numbers are in the range of the system call they are for. All byte buffers are read-only. The
 * {@code data} of {@link Write} and {@link EncodedWrite} is the reader's own buffer and valid only until it reads the
 * next command; everything else can be kept.
 */
public sealed interface SendCommand {
    /** A command about one object of the subvolume. */
    sealed interface OnPath extends SendCommand {
        /** The object. */
        StreamPath path();
    }

    /**
     * Begins a subvolume that is sent whole.
     *
     * @param name its name
     * @param uuid its UUID, or the one it had where it was first sent from
     * @param transaction the transaction of the last change in it
     */
    record MakeSubvolume(EntryName name, UUID uuid, long transaction) implements SendCommand {}

    /**
     * Begins a subvolume that is sent as what changed since another one.
     *
     * @param name its name
     * @param uuid its UUID, or the one it had where it was first sent from
     * @param transaction the transaction of the last change in it
     * @param parent the UUID of the other one
     * @param parentTransaction the transaction of the last change in the other one
     */
    record MakeSnapshot(EntryName name, UUID uuid, long transaction, UUID parent, long parentTransaction)
            implements SendCommand {}

    /** Makes an empty file. */
    record MakeFile(StreamPath path) implements OnPath {}

    /** Makes a directory. */
    record MakeDirectory(StreamPath path) implements OnPath {}

    /**
     * Makes a device.
     *
     * @param path where
     * @param mode the type of the inode and its permissions (inode(7))
     * @param device its number, as mknod(2) takes it
     */
    record MakeNode(StreamPath path, int mode, long device) implements OnPath {}

    /** Makes a named pipe. */
    record MakeFifo(StreamPath path) implements OnPath {}

    /** Makes a socket. */
    record MakeSocket(StreamPath path) implements OnPath {}

    /**
     * Makes a symlink.
     *
     * @param path where
     * @param target where to; any bytes but NUL, 1 to 4095
     */
    record MakeSymlink(StreamPath path, ByteBuffer target) implements OnPath {}

    /** Gives an object another place, over what may be there. */
    record Rename(StreamPath path, StreamPath to) implements OnPath {}

    /**
     * Makes another name of a file.
     *
     * @param path the new name
     * @param existing a name it has
     */
    record Link(StreamPath path, StreamPath existing) implements OnPath {}

    /** Removes a name of something that is no directory. */
    record Unlink(StreamPath path) implements OnPath {}

    /** Removes an empty directory. */
    record RemoveDirectory(StreamPath path) implements OnPath {}

    /**
     * Sets an extended attribute (xattr(7)).
     *
     * @param path of what
     * @param name 1 to 255 bytes without NUL
     * @param value at most 65,536 bytes
     */
    record SetXattr(StreamPath path, ByteBuffer name, ByteBuffer value) implements OnPath {}

    /** Removes an extended attribute. */
    record RemoveXattr(StreamPath path, ByteBuffer name) implements OnPath {}

    /**
     * Writes data.
     *
     * @param path the file
     * @param offset in bytes
     * @param data valid until the next command is read
     */
    record Write(StreamPath path, long offset, ByteBuffer data) implements OnPath {}

    /**
     * Shares a range of another file, or of the same one (ioctl_ficlonerange(2)).
     *
     * @param path the file
     * @param offset in bytes
     * @param length in bytes
     * @param source the UUID of the subvolume that the other file is in
     * @param sourceTransaction the transaction of the last change in that subvolume
     * @param sourcePath the other file
     * @param sourceOffset in bytes
     */
    record Clone(
            StreamPath path,
            long offset,
            long length,
            UUID source,
            long sourceTransaction,
            StreamPath sourcePath,
            long sourceOffset)
            implements OnPath {}

    /** Makes a file a number of bytes long. */
    record Truncate(StreamPath path, long size) implements OnPath {}

    /** Sets permissions: 0 to 07777. */
    record ChangeMode(StreamPath path, int mode) implements OnPath {}

    /** Sets owner and group: unsigned, all but 4,294,967,295. */
    record ChangeOwner(StreamPath path, int owner, int group) implements OnPath {}

    /**
     * Sets times.
     *
     * @param path of what
     * @param accessed the last access
     * @param modified the last change of the content
     * @param changed the last change of the inode, which cannot be set
     * @param created the creation, which cannot be set (protocol 2)
     */
    record SetTimes(
            StreamPath path, StreamTime accessed, StreamTime modified, StreamTime changed, Optional<StreamTime> created)
            implements OnPath {}

    /** The last command of a stream. */
    record End() implements SendCommand {}

    /** Stands for data that was left out (BTRFS_SEND_FLAG_NO_FILE_DATA). */
    record UpdateExtent(StreamPath path, long offset, long length) implements OnPath {}

    /**
     * Allocates or frees a range (fallocate(2)). Protocol 2.
     *
     * @param path the file
     * @param mode the FALLOC_FL_ flags
     * @param offset in bytes
     * @param length in bytes
     */
    record Allocate(StreamPath path, int mode, long offset, long length) implements OnPath {}

    /** Sets the BTRFS_INODE_ flags of an inode. Protocol 2. */
    record SetFlags(StreamPath path, long flags) implements OnPath {}

    /**
     * Writes data as it is on disk (BTRFS_IOC_ENCODED_WRITE of btrfs-ioctl(2)). Protocol 2.
     *
     * @param path the file
     * @param offset where in the file, in bytes
     * @param fileLength the bytes of the file that it stands for
     * @param decodedLength the bytes that it decodes to; at most 131,072
     * @param decodedOffset where in the decoded bytes those of the file begin
     * @param compression how it is encoded
     * @param data valid until the next command is read
     */
    record EncodedWrite(
            StreamPath path,
            long offset,
            int fileLength,
            int decodedLength,
            int decodedOffset,
            Compression compression,
            ByteBuffer data)
            implements OnPath {}

    /**
     * Makes a file verified (FS_IOC_ENABLE_VERITY of fsverity). Protocol 3.
     *
     * @param path the file
     * @param algorithm FS_VERITY_HASH_ALG_
     * @param blockSize in bytes
     * @param salt at most 32 bytes
     * @param signature may be empty
     */
    record EnableVerity(StreamPath path, int algorithm, int blockSize, ByteBuffer salt, ByteBuffer signature)
            implements OnPath {}
}
