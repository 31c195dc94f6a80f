package io.nspawn.btrfs;

import static io.nspawn.btrfs.StreamAttribute.ATIME;
import static io.nspawn.btrfs.StreamAttribute.CLONE_CTRANSID;
import static io.nspawn.btrfs.StreamAttribute.CLONE_LEN;
import static io.nspawn.btrfs.StreamAttribute.CLONE_OFFSET;
import static io.nspawn.btrfs.StreamAttribute.CLONE_PATH;
import static io.nspawn.btrfs.StreamAttribute.CLONE_UUID;
import static io.nspawn.btrfs.StreamAttribute.COMPRESSION;
import static io.nspawn.btrfs.StreamAttribute.CTIME;
import static io.nspawn.btrfs.StreamAttribute.CTRANSID;
import static io.nspawn.btrfs.StreamAttribute.ENCRYPTION;
import static io.nspawn.btrfs.StreamAttribute.FALLOCATE_MODE;
import static io.nspawn.btrfs.StreamAttribute.FILEATTR;
import static io.nspawn.btrfs.StreamAttribute.FILE_OFFSET;
import static io.nspawn.btrfs.StreamAttribute.GID;
import static io.nspawn.btrfs.StreamAttribute.MODE;
import static io.nspawn.btrfs.StreamAttribute.MTIME;
import static io.nspawn.btrfs.StreamAttribute.OTIME;
import static io.nspawn.btrfs.StreamAttribute.PATH;
import static io.nspawn.btrfs.StreamAttribute.PATH_LINK;
import static io.nspawn.btrfs.StreamAttribute.PATH_TO;
import static io.nspawn.btrfs.StreamAttribute.RDEV;
import static io.nspawn.btrfs.StreamAttribute.SIZE;
import static io.nspawn.btrfs.StreamAttribute.UID;
import static io.nspawn.btrfs.StreamAttribute.UNENCODED_FILE_LEN;
import static io.nspawn.btrfs.StreamAttribute.UNENCODED_LEN;
import static io.nspawn.btrfs.StreamAttribute.UNENCODED_OFFSET;
import static io.nspawn.btrfs.StreamAttribute.UUID;
import static io.nspawn.btrfs.StreamAttribute.VERITY_ALGORITHM;
import static io.nspawn.btrfs.StreamAttribute.VERITY_BLOCK_SIZE;
import static io.nspawn.btrfs.StreamAttribute.VERITY_SALT_DATA;
import static io.nspawn.btrfs.StreamAttribute.VERITY_SIG_DATA;

import java.util.Optional;

/**
 * Makes commands of their attributes. Attributes that a command does not need are let pass: the kernel sends the
 * inode number with everything that is made.
 *
 * @param attributes of the command
 * @param offset of the command in the stream
 */
record StreamDecoder(StreamAttributes attributes, long offset) {
    private static final long PERMISSIONS = 07777;
    private static final long INODE_MODE = 0xffff;

    /** (uid_t) -1 leaves an owner as it is, which no stream means. */
    private static final long HIGHEST_OWNER = 0xfffffffeL;

    /** BTRFS_MAX_UNCOMPRESSED. */
    private static final int LONGEST_EXTENT = 128 * 1024;

    /** FS_VERITY_MAX_SIGNATURE_SIZE, FS_VERITY_MAX_DIGEST_SIZE and more: the kernel refuses what it does not take. */
    private static final int LONGEST_SIGNATURE = 16128;

    private static final int LONGEST_SALT = 32;

    SendCommand decode(StreamCommandType type) {
        return switch (type) {
            case SUBVOL -> new SendCommand.MakeSubvolume(name(), attributes.uuid(UUID), attributes.number(CTRANSID));
            case SNAPSHOT ->
                new SendCommand.MakeSnapshot(
                        name(),
                        attributes.uuid(UUID),
                        attributes.number(CTRANSID),
                        attributes.uuid(CLONE_UUID),
                        attributes.number(CLONE_CTRANSID));
            case END -> new SendCommand.End();
            case MKFILE, MKDIR, MKNOD, MKFIFO, MKSOCK, SYMLINK, RENAME, LINK, UNLINK, RMDIR -> entry(type);
            case WRITE, CLONE, TRUNCATE, UPDATE_EXTENT, FALLOCATE, ENCODED_WRITE -> content(type);
            case SET_XATTR, REMOVE_XATTR, CHMOD, CHOWN, UTIMES, FILEATTR, ENABLE_VERITY -> property(type);
        };
    }

    private EntryName name() {
        return attributes.name(PATH);
    }

    private SendCommand entry(StreamCommandType type) {
        StreamPath path = attributes.entry(PATH);
        return switch (type) {
            case MKFILE -> new SendCommand.MakeFile(path);
            case MKDIR -> new SendCommand.MakeDirectory(path);
            case MKNOD ->
                new SendCommand.MakeNode(path, (int) attributes.number(MODE, INODE_MODE), attributes.number(RDEV));
            case MKFIFO -> new SendCommand.MakeFifo(path);
            case MKSOCK -> new SendCommand.MakeSocket(path);
            case SYMLINK -> new SendCommand.MakeSymlink(path, attributes.symlinkTarget());
            case RENAME -> new SendCommand.Rename(path, attributes.entry(PATH_TO));
            case LINK -> new SendCommand.Link(path, attributes.entry(PATH_LINK));
            case UNLINK -> new SendCommand.Unlink(path);
            default -> new SendCommand.RemoveDirectory(path);
        };
    }

    private SendCommand content(StreamCommandType type) {
        StreamPath path = attributes.entry(PATH);
        return switch (type) {
            case WRITE ->
                new SendCommand.Write(path, attributes.number(FILE_OFFSET, Long.MAX_VALUE), attributes.data());
            case CLONE -> copy(path);
            case TRUNCATE -> new SendCommand.Truncate(path, attributes.number(SIZE, Long.MAX_VALUE));
            case UPDATE_EXTENT ->
                new SendCommand.UpdateExtent(path, attributes.range(FILE_OFFSET, SIZE), attributes.number(SIZE));
            case FALLOCATE ->
                new SendCommand.Allocate(
                        path,
                        attributes.smallNumber(FALLOCATE_MODE),
                        attributes.range(FILE_OFFSET, SIZE),
                        attributes.number(SIZE));
            default -> encodedWrite(path);
        };
    }

    private SendCommand copy(StreamPath path) {
        long length = attributes.number(CLONE_LEN);
        if (length == 0) {
            throw BtrfsException.BadStream.at(offset, "a clone of 0 bytes, which the kernel takes for the whole file");
        }
        return new SendCommand.Clone(
                path,
                attributes.range(FILE_OFFSET, CLONE_LEN),
                length,
                attributes.uuid(CLONE_UUID),
                attributes.number(CLONE_CTRANSID),
                attributes.entry(CLONE_PATH),
                attributes.range(CLONE_OFFSET, CLONE_LEN));
    }

    private SendCommand encodedWrite(StreamPath path) {
        int length = (int) attributes.number(UNENCODED_LEN, LONGEST_EXTENT);
        int from = (int) attributes.number(UNENCODED_OFFSET, length);
        int fileLength = (int) attributes.number(UNENCODED_FILE_LEN, length - from);
        int number = attributes.has(COMPRESSION) ? attributes.smallNumber(COMPRESSION) : 0;
        Compression compression = Compression.of(number)
                .orElseThrow(() -> BtrfsException.BadStream.at(offset, "no compression has the number " + number));
        if (attributes.has(ENCRYPTION) && attributes.smallNumber(ENCRYPTION) != 0) {
            throw BtrfsException.BadStream.at(offset, "no encryption is known");
        }
        long at = attributes.number(FILE_OFFSET, Long.MAX_VALUE - fileLength);
        return new SendCommand.EncodedWrite(path, at, fileLength, length, from, compression, attributes.data());
    }

    private SendCommand property(StreamCommandType type) {
        StreamPath path = attributes.path(PATH);
        return switch (type) {
            case SET_XATTR -> new SendCommand.SetXattr(path, attributes.xattrName(), attributes.xattrValue());
            case REMOVE_XATTR -> new SendCommand.RemoveXattr(path, attributes.xattrName());
            case CHMOD -> new SendCommand.ChangeMode(path, (int) (attributes.number(MODE, INODE_MODE) & PERMISSIONS));
            case CHOWN ->
                new SendCommand.ChangeOwner(
                        path, (int) attributes.number(UID, HIGHEST_OWNER), (int) attributes.number(GID, HIGHEST_OWNER));
            case UTIMES ->
                new SendCommand.SetTimes(
                        path,
                        attributes.time(ATIME),
                        attributes.time(MTIME),
                        attributes.time(CTIME),
                        attributes.has(OTIME) ? Optional.of(attributes.time(OTIME)) : Optional.empty());
            case FILEATTR -> new SendCommand.SetFlags(path, attributes.number(FILEATTR));
            default ->
                new SendCommand.EnableVerity(
                        path,
                        attributes.tinyNumber(VERITY_ALGORITHM),
                        attributes.smallNumber(VERITY_BLOCK_SIZE),
                        attributes.copy(VERITY_SALT_DATA, LONGEST_SALT),
                        attributes.copy(VERITY_SIG_DATA, LONGEST_SIGNATURE));
        };
    }
}
