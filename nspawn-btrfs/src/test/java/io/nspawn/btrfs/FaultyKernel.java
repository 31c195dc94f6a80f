package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** The real kernel, but one call in a series fails. */
final class FaultyKernel implements Kernel {
    private static final int ALWAYS = -1;
    private static final long RENAME = -1;

    private final Kernel real = Kernel.system();
    private final long request;
    private final int errno;
    private final boolean always;
    private final AtomicInteger before;

    /** Lets a number of calls of an ioctl pass and refuses the next one. */
    FaultyKernel(Ioctl ioctl, int passing, int errno) {
        this(ioctl.request(), passing, errno);
    }

    private FaultyKernel(long request, int passing, int errno) {
        this.request = request;
        this.before = new AtomicInteger(passing);
        this.errno = errno;
        this.always = passing == ALWAYS;
    }

    /** Lets a number of renames pass and refuses the next one. */
    static FaultyKernel refusingRename(int passing, int errno) {
        return new FaultyKernel(RENAME, passing, errno);
    }

    /** Refuses an ioctl always, as the kernel does to those who lack a privilege. */
    static FaultyKernel refusing(Ioctl ioctl, int errno) {
        return new FaultyKernel(ioctl, ALWAYS, errno);
    }

    boolean struck() {
        return before.get() < 0;
    }

    @Override
    public int openat(int directory, byte[] path, int flags) {
        return real.openat(directory, path, flags);
    }

    @Override
    public int close(int fd) {
        return real.close(fd);
    }

    @Override
    public int ioctl(int fd, long number, ByteBuffer argument) {
        boolean strike = number == request && strikes();
        return strike ? -errno : real.ioctl(fd, number, argument);
    }

    private boolean strikes() {
        return always || before.getAndDecrement() == 0;
    }

    @Override
    public int fstatfs(int fd, ByteBuffer result) {
        return real.fstatfs(fd, result);
    }

    @Override
    public int statx(int directory, byte[] path, int flags, int mask, ByteBuffer result) {
        return real.statx(directory, path, flags, mask, result);
    }

    @Override
    public int mkdirat(int directory, byte[] name, int mode) {
        return real.mkdirat(directory, name, mode);
    }

    @Override
    public int unlinkat(int directory, byte[] name, int flags) {
        return real.unlinkat(directory, name, flags);
    }

    @Override
    public int renameat2(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags) {
        boolean strike = request == RENAME && strikes();
        return strike ? -errno : real.renameat2(fromDirectory, from, toDirectory, to, flags);
    }

    @Override
    public int flock(int fd, int operation) {
        return real.flock(fd, operation);
    }

    @Override
    public int geteuid() {
        return real.geteuid();
    }

    @Override
    public long address(ByteBuffer buffer) {
        return real.address(buffer);
    }

    @Override
    public ArgumentPool arguments() {
        return real.arguments();
    }
}
