package io.nspawn.btrfs;

import java.nio.ByteBuffer;

/**
 * The system calls on files and pipes that sending and receiving make. As those of {@link Kernel} they answer zero or
 * more on success and the negated errno on failure, and are made again when a signal comes in between. Names are bytes
 * ending in NUL and no call follows a symlink with the last of them. Buffers are direct.
 */
interface FileCalls {
    int open(int directory, byte[] path, int flags, int mode);

    /** Opens by file handle (open_by_handle_at(2)). */
    int openByHandle(int mount, ByteBuffer handle, int flags);

    int mknod(int directory, byte[] path, int mode, long device);

    int symlink(byte[] target, int directory, byte[] path);

    int link(int fromDirectory, byte[] from, int toDirectory, byte[] to);

    int chmod(int directory, byte[] path, int mode);

    int chown(int directory, byte[] path, int owner, int group);

    /** Sets the times of access and of change: two struct timespec. */
    int utimens(int directory, byte[] path, ByteBuffer times);

    /** A whole path here: xattr(7) has no calls relative to a directory. */
    int setxattr(byte[] path, byte[] name, ByteBuffer value);

    int removexattr(byte[] path, byte[] name);

    /** Writes what remains in the buffer, or less, and answers how much; the position stays. */
    int pwrite(int fd, ByteBuffer data, long offset);

    int truncate(int fd, long size);

    int fallocate(int fd, int mode, long offset, long length);

    /** An ioctl that is not one of BTRFS. */
    int ioctl(int fd, long request, ByteBuffer argument);

    /** Puts the numbers of the reading and of the writing end into the buffer. */
    int pipe(ByteBuffer ends);

    int eventfd();

    /** Waits at most so long, then answers 0: an array of struct pollfd. */
    int poll(ByteBuffer descriptors, int count, int milliseconds);

    /** Reads into what remains of the buffer, and answers how much; the position stays. */
    int read(int fd, ByteBuffer to);

    int write(int fd, ByteBuffer from);

    /** Where a buffer begins, for arguments that point to others: keep it reachable during the call. */
    long address(ByteBuffer direct);

    /**
     * The running kernel, through the C library.
     *
     * @throws BtrfsException.Unsupported if the JVM may not load native code
     */
    static FileCalls system() {
        return SystemFileCalls.loaded();
    }
}
