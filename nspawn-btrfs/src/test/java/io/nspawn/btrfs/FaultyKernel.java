package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** The real kernel, but one call in a series fails. */
final class FaultyKernel implements Kernel {
    private static final int ALWAYS = -1;
    private static final long RENAME = -1;
    private static final long ANY = -2;
    private static final long OTHER = -3;

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

    /** Lets a number of calls of whatever kind pass, closing not counted, and refuses the next one. */
    static FaultyKernel refusingAny(int passing, int errno) {
        return new FaultyKernel(ANY, passing, errno);
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
        return strikes(OTHER) ? -errno : real.openat(directory, path, flags);
    }

    @Override
    public int close(int fd) {
        return real.close(fd);
    }

    @Override
    public int ioctl(int fd, long number, ByteBuffer argument) {
        return strikes(number) ? -errno : real.ioctl(fd, number, argument);
    }

    private boolean strikes(long call) {
        boolean meant = call == request || request == ANY;
        return meant && (always || before.getAndDecrement() == 0);
    }

    @Override
    public int fstatfs(int fd, ByteBuffer result) {
        return strikes(OTHER) ? -errno : real.fstatfs(fd, result);
    }

    @Override
    public int statx(int directory, byte[] path, int flags, int mask, ByteBuffer result) {
        return strikes(OTHER) ? -errno : real.statx(directory, path, flags, mask, result);
    }

    @Override
    public int mkdirat(int directory, byte[] name, int mode) {
        return strikes(OTHER) ? -errno : real.mkdirat(directory, name, mode);
    }

    @Override
    public int unlinkat(int directory, byte[] name, int flags) {
        return strikes(OTHER) ? -errno : real.unlinkat(directory, name, flags);
    }

    @Override
    public int renameat2(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags) {
        return strikes(RENAME) ? -errno : real.renameat2(fromDirectory, from, toDirectory, to, flags);
    }

    @Override
    public int flock(int fd, int operation) {
        return strikes(OTHER) ? -errno : real.flock(fd, operation);
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
