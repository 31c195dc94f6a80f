package io.nspawn.btrfs;

import java.nio.ByteBuffer;

/**
 * The system calls this library makes. Every method answers as the kernel itself does: zero or more on success,
 * the negated errno on failure, so that the number of the error cannot be separated from the call it belongs to.
 * Names are bytes ending in NUL. Buffers are direct and in native order.
 */
interface Kernel {
    int openat(int directory, byte[] path, int flags);

    int close(int fd);

    int ioctl(int fd, long request, ByteBuffer argument);

    int fstatfs(int fd, ByteBuffer result);

    int statx(int directory, byte[] path, int flags, int mask, ByteBuffer result);

    int mkdirat(int directory, byte[] name, int mode);

    int unlinkat(int directory, byte[] name, int flags);

    int renameat2(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags);

    int flock(int fd, int operation);

    /** The effective user id of the process. */
    int geteuid();

    /** Where a direct buffer begins, for arguments that point to others; valid as long as the buffer is reachable. */
    long address(ByteBuffer buffer);

    /** Arguments to make calls with. */
    ArgumentPool arguments();

    /**
     * The running kernel, through the C library.
     *
     * @throws BtrfsException.Unsupported if the JVM may not load native code
     */
    static Kernel system() {
        return SystemKernel.loaded();
    }
}
