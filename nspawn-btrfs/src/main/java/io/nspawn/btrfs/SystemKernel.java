package io.nspawn.btrfs;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.function.LongToIntFunction;
import java.util.function.Supplier;
import jnr.constants.platform.Errno;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** The running kernel, called through the C library by jnr-ffi. */
final class SystemKernel implements Kernel {
    private static final int EINTR = Errno.EINTR.intValue();

    private final LibC libc;
    private final Runtime runtime;
    private final ArgumentPool arguments = new ArgumentPool();

    private SystemKernel(LibC libc) {
        this.libc = libc;
        this.runtime = Runtime.getRuntime(libc);
    }

    /**
     * What is used of the C library. The variadic functions are bound with fixed arity, which Linux passes in the
     * same registers on x86-64 and aarch64. The interface is public only because the stub that jnr-ffi generates
     * lives in a class loader of its own; the class around it keeps it out of the API.
     */
    public interface LibC {
        int openat(int directory, byte[] path, int flags, int mode);

        int close(int fd);

        int ioctl(int fd, long request, long argument);

        int fstatfs(int fd, long result);

        int statx(int directory, byte[] path, int flags, int mask, long result);

        int mkdirat(int directory, byte[] name, int mode);

        int unlinkat(int directory, byte[] name, int flags);

        int renameat2(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags);

        int flock(int fd, int operation);

        int geteuid();
    }

    /** The library is loaded once, when it is first needed. */
    private static final class Holder {
        static final Supplier<Kernel> KERNEL = CLibrary.bind(LibC.class, SystemKernel::new);

        private Holder() {}
    }

    static Kernel loaded() {
        return Holder.KERNEL.get();
    }

    @Override
    public int openat(int directory, byte[] path, int flags) {
        int result;
        do {
            result = outcome(libc.openat(directory, path, flags, 0));
        } while (result == -EINTR);
        return result;
    }

    @Override
    public int close(int fd) {
        return outcome(libc.close(fd));
    }

    @Override
    public int ioctl(int fd, long request, ByteBuffer argument) {
        return withAddress(argument, address -> libc.ioctl(fd, request, address));
    }

    @Override
    public int fstatfs(int fd, ByteBuffer buffer) {
        return withAddress(buffer, address -> libc.fstatfs(fd, address));
    }

    @Override
    public int statx(int directory, byte[] path, int flags, int mask, ByteBuffer buffer) {
        return withAddress(buffer, address -> libc.statx(directory, path, flags, mask, address));
    }

    @Override
    public int mkdirat(int directory, byte[] name, int mode) {
        return outcome(libc.mkdirat(directory, name, mode));
    }

    @Override
    public int unlinkat(int directory, byte[] name, int flags) {
        return outcome(libc.unlinkat(directory, name, flags));
    }

    @Override
    public int renameat2(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags) {
        return outcome(libc.renameat2(fromDirectory, from, toDirectory, to, flags));
    }

    @Override
    public int flock(int fd, int operation) {
        return outcome(libc.flock(fd, operation));
    }

    @Override
    public int geteuid() {
        return libc.geteuid();
    }

    @Override
    public long address(ByteBuffer buffer) {
        return Pointer.wrap(runtime, buffer).address();
    }

    @Override
    public ArgumentPool arguments() {
        return arguments;
    }

    private int withAddress(ByteBuffer buffer, LongToIntFunction call) {
        try {
            return outcome(call.applyAsInt(address(buffer)));
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    private int outcome(int result) {
        return result >= 0 ? result : -runtime.getLastError();
    }
}
