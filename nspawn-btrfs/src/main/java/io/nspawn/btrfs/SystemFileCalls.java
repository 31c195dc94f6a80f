package io.nspawn.btrfs;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import jnr.constants.platform.Errno;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** The running kernel, called through the C library by jnr-ffi. */
final class SystemFileCalls implements FileCalls {
    private static final int EINTR = Errno.EINTR.intValue();
    private final LibC libc;
    private final Runtime runtime;

    private SystemFileCalls(LibC libc) {
        this.libc = libc;
        this.runtime = Runtime.getRuntime(libc);
    }

    /** What is used of the C library: see {@link SystemKernel.LibC}, also for why it is public. */
    public interface LibC {
        int openat(int directory, byte[] path, int flags, int mode);

        int open_by_handle_at(int mount, long handle, int flags);

        int mknodat(int directory, byte[] path, int mode, long device);

        int symlinkat(byte[] target, int directory, byte[] path);

        int linkat(int fromDirectory, byte[] from, int toDirectory, byte[] to, int flags);

        int fchmodat(int directory, byte[] path, int mode, int flags);

        int fchownat(int directory, byte[] path, int owner, int group, int flags);

        int utimensat(int directory, byte[] path, long times, int flags);

        int lsetxattr(byte[] path, byte[] name, long value, long size, int flags);

        int lremovexattr(byte[] path, byte[] name);

        long pwrite(int fd, long data, long size, long offset);

        int ftruncate(int fd, long size);

        int fallocate(int fd, int mode, long offset, long length);

        int ioctl(int fd, long request, long argument);

        int pipe2(long ends, int flags);

        int eventfd(int initial, int flags);

        int poll(long descriptors, long count, int milliseconds);

        long read(int fd, long to, long size);

        long write(int fd, long from, long size);
    }

    /** The library is loaded once, when it is first needed. */
    private static final class Holder {
        static final Supplier<FileCalls> CALLS = CLibrary.bind(LibC.class, SystemFileCalls::new);

        private Holder() {}
    }

    static FileCalls loaded() {
        return Holder.CALLS.get();
    }

    @Override
    public int open(int directory, byte[] path, int flags, int mode) {
        return again(() -> libc.openat(directory, path, flags, mode));
    }

    @Override
    public int openByHandle(int mount, ByteBuffer handle, int flags) {
        return with(handle, address -> libc.open_by_handle_at(mount, address, flags));
    }

    @Override
    public int mknod(int directory, byte[] path, int mode, long device) {
        return again(() -> libc.mknodat(directory, path, mode, device));
    }

    @Override
    public int symlink(byte[] target, int directory, byte[] path) {
        return again(() -> libc.symlinkat(target, directory, path));
    }

    @Override
    public int link(int fromDirectory, byte[] from, int toDirectory, byte[] to) {
        return again(() -> libc.linkat(fromDirectory, from, toDirectory, to, 0));
    }

    @Override
    public int chmod(int directory, byte[] path, int mode) {
        return again(() -> libc.fchmodat(directory, path, mode, Flags.AT_SYMLINK_NOFOLLOW));
    }

    @Override
    public int chown(int directory, byte[] path, int owner, int group) {
        return again(() -> libc.fchownat(directory, path, owner, group, Flags.AT_SYMLINK_NOFOLLOW));
    }

    @Override
    public int utimens(int directory, byte[] path, ByteBuffer times) {
        return with(times, address -> libc.utimensat(directory, path, address, Flags.AT_SYMLINK_NOFOLLOW));
    }

    @Override
    public int setxattr(byte[] path, byte[] name, ByteBuffer value) {
        return with(value, address -> libc.lsetxattr(path, name, address, value.remaining(), 0));
    }

    @Override
    public int removexattr(byte[] path, byte[] name) {
        return again(() -> libc.lremovexattr(path, name));
    }

    @Override
    public int pwrite(int fd, ByteBuffer data, long offset) {
        return with(data, address -> libc.pwrite(fd, address + data.position(), data.remaining(), offset));
    }

    @Override
    public int truncate(int fd, long size) {
        return again(() -> libc.ftruncate(fd, size));
    }

    @Override
    public int fallocate(int fd, int mode, long offset, long length) {
        return again(() -> libc.fallocate(fd, mode, offset, length));
    }

    @Override
    public int ioctl(int fd, long request, ByteBuffer argument) {
        return with(argument, address -> libc.ioctl(fd, request, address));
    }

    @Override
    public int pipe(ByteBuffer ends) {
        return with(ends, address -> libc.pipe2(address, Flags.CLOSE_ON_EXEC));
    }

    @Override
    public int eventfd() {
        return again(() -> libc.eventfd(0, Flags.CLOSE_ON_EXEC));
    }

    @Override
    public int poll(ByteBuffer descriptors, int count, int milliseconds) {
        return with(descriptors, address -> libc.poll(address, count, milliseconds));
    }

    @Override
    public int read(int fd, ByteBuffer to) {
        return with(to, address -> libc.read(fd, address + to.position(), to.remaining()));
    }

    @Override
    public int write(int fd, ByteBuffer from) {
        return with(from, address -> libc.write(fd, address + from.position(), from.remaining()));
    }

    @Override
    public long address(ByteBuffer direct) {
        return Pointer.wrap(runtime, direct).address();
    }

    private int with(ByteBuffer buffer, LongUnaryOperator call) {
        long address = address(buffer);
        try {
            return again(() -> call.applyAsLong(address));
        } finally {
            Reference.reachabilityFence(buffer);
        }
    }

    private int again(LongSupplier call) {
        int result;
        do {
            long answer = call.getAsLong();
            result = answer >= 0 ? Math.toIntExact(answer) : -runtime.getLastError();
        } while (result == -EINTR);
        return result;
    }
}
