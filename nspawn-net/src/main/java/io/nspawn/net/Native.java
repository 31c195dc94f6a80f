package io.nspawn.net;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import jnr.constants.platform.Errno;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.Variadic;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import jnr.ffi.types.u_int32_t;

/**
 * The C library, loaded at the first use. Every buffer passed to it is direct: heap arrays would be copied both ways.
 */
final class Native {
    static final int CLONE_NEWNET = 0x40000000;
    static final int O_RDONLY = 0;
    static final int O_CLOEXEC = 0x80000;
    static final int EFD_CLOEXEC = 0x80000;
    static final int EFD_NONBLOCK = 0x800;
    static final short POLLIN = 1;

    /** The functions used. It is public because the class generated for it lives in another class loader. */
    public interface LibC {
        int socket(int domain, int type, int protocol);

        int bind(int fd, ByteBuffer address, @u_int32_t int length);

        int getsockname(int fd, ByteBuffer address, ByteBuffer length);

        int setsockopt(int fd, int level, int option, ByteBuffer value, @u_int32_t int length);

        @ssize_t
        long sendto(int fd, ByteBuffer data, @size_t long length, int flags, ByteBuffer to, @u_int32_t int toLength);

        @ssize_t
        long recvfrom(int fd, ByteBuffer data, @size_t long length, int flags, ByteBuffer from, ByteBuffer fromLength);

        int poll(ByteBuffer fds, long count, int milliseconds);

        int eventfd(@u_int32_t int initial, int flags);

        @ssize_t
        long read(int fd, ByteBuffer data, @size_t long length);

        @ssize_t
        long write(int fd, ByteBuffer data, @size_t long length);

        @Variadic(fixedCount = 2)
        int open(String path, int flags);

        int close(int fd);

        int setns(int fd, int type);
    }

    private Native() {}

    /** The library is loaded once; why that failed is told to everyone who needs it. */
    private static final class Holder {
        static final Supplier<LibC> LIBC = load();

        private static Supplier<LibC> load() {
            try {
                LibC libc = LibraryLoader.create(LibC.class).failImmediately().load("c");
                return () -> libc;
            } catch (LinkageError | RuntimeException e) {
                return () -> {
                    throw NetlinkException.noNativeAccess(e);
                };
            }
        }
    }

    /** The C library, or {@link NetlinkException.Unsupported} if this JVM may not load native code. */
    static LibC libc() {
        return Holder.LIBC.get();
    }

    /** Gives errno of the last call on this thread; nothing may come between the call and this. */
    static int errno() {
        return LastError.getLastError(Runtime.getRuntime(libc()));
    }

    static boolean is(int errno, Errno expected) {
        return errno == expected.intValue();
    }

    /** Turns the result of a call into an exception if it failed. */
    static int check(int result, String operation, String object) {
        if (result < 0) {
            throw failure(errno(), operation, object);
        }
        return result;
    }

    static NetlinkException failure(int errno, String operation, String object) {
        return NetlinkException.of(
                new NetlinkException.Failure(operation, object, errno, "", -1, Outcome.NOT_APPLIED, null));
    }
}
