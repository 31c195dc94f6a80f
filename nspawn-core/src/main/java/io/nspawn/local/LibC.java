package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.UnsupportedException;
import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.annotations.Variadic;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import jnr.ffi.types.u_int32_t;
import jnr.ffi.types.u_int64_t;

/**
 * The C library's calls that the JDK has no equivalent for: files relative to a directory that is held open, and
 * the end of a process that is not a child. Names are bytes with a NUL at the end.
 */
public interface LibC {
    /** {@code openat2} has no wrapper in the C library, and the same number on every architecture (Linux 5.6). */
    long SYS_OPENAT2 = 437;

    /** Linux 5.3; the C library has a wrapper only since glibc 2.36. The same number on every architecture. */
    long SYS_PIDFD_OPEN = 434;

    int PR_GET_DUMPABLE = 3;
    int PR_SET_DUMPABLE = 4;
    /** Two words each of effective, permitted and inheritable capabilities (capget(2)). */
    int CAPABILITIES_3 = 0x20080522;
    /** Linux 5.1, without a wrapper before glibc 2.36. The same number on every architecture. */
    long SYS_PIDFD_SEND_SIGNAL = 424;

    int AT_REMOVEDIR = 0x200;
    int AT_SYMLINK_NOFOLLOW = 0x100;
    int EFD_CLOEXEC = 0x80000;
    int IN_CLOEXEC = 0x80000;
    short POLLIN = 1;
    short POLLOUT = 4;
    int RENAME_NOREPLACE = 1;
    int RENAME_EXCHANGE = 2;
    int MNT_DETACH = 2;
    int UMOUNT_NOFOLLOW = 8;
    int LOCK_EX = 2;
    int LOCK_NB = 4;
    int F_OFD_GETLK = 36;
    int F_OFD_SETLK = 37;

    long syscall(long number, long directory, @In byte[] path, Pointer how, @size_t long size);

    long syscall(long number, long process, long flags);

    long syscall(long number, long real, long effective, long saved);

    int capget(@In ByteBuffer header, @In @Out ByteBuffer sets);

    int capset(@In ByteBuffer header, @In ByteBuffer sets);

    @Variadic(fixedCount = 1)
    int prctl(int option, long first, long second, long third, long fourth);

    int pipe2(@Out int[] ends, int flags);

    @Variadic(fixedCount = 2)
    int ioctl(int descriptor, @u_int64_t long request, @In @Out ByteBuffer argument);

    long syscall(long number, long process, long signal, long info, long flags);

    int inotify_init1(int flags);

    int eventfd(@u_int32_t int initial, int flags);

    int poll(@In @Out ByteBuffer descriptors, long count, int milliseconds);

    int openat(int directory, @In byte[] path, int flags, int mode);

    int mkdirat(int directory, @In byte[] path, int mode);

    int unlinkat(int directory, @In byte[] path, int flags);

    int renameat(int fromDirectory, @In byte[] from, int toDirectory, @In byte[] to);

    /** Its own wrapper since glibc 2.28. */
    int renameat2(int fromDirectory, @In byte[] from, int toDirectory, @In byte[] to, @u_int32_t int flags);

    int syncfs(int descriptor);

    int symlinkat(@In byte[] target, int directory, @In byte[] path);

    int fchmod(int descriptor, int mode);

    @ssize_t
    long read(int descriptor, @Out byte[] buffer, @size_t long length);

    @ssize_t
    long read(int descriptor, @Out ByteBuffer buffer, @size_t long length);

    @ssize_t
    long write(int descriptor, @In ByteBuffer buffer, @size_t long length);

    @ssize_t
    long write(int descriptor, @In byte[] buffer, @size_t long length);

    int fchmodat(int directory, @In byte[] path, int mode, int flags);

    int utimensat(int directory, @In byte[] path, @In ByteBuffer times, int flags);

    int mknodat(int directory, @In byte[] path, int mode, @u_int64_t long device);

    @ssize_t
    long llistxattr(@In byte[] path, @Out byte[] names, @size_t long size);

    @ssize_t
    long lgetxattr(@In byte[] path, @In byte[] name, @Out byte[] value, @size_t long size);

    int lsetxattr(@In byte[] path, @In byte[] name, @In byte[] value, @size_t long size, int flags);

    int umount2(@In byte[] target, int flags);

    int flock(int descriptor, int operation);

    int fcntl(int descriptor, int command, @In @Out ByteBuffer lock);
    /** The kernel's numbers are unsigned ints; a plain long argument is right on every 64-bit Linux. */
    int ioctl(int descriptor, @u_int64_t long request, long argument);

    int close(int descriptor);

    int geteuid();

    /** Loads it; {@link UnsupportedException} with the flag to give if this JVM may not. */
    static LibC load() {
        try {
            return LibraryLoader.create(LibC.class).failImmediately().load("c");
        } catch (LinkageError | RuntimeException e) {
            String module = LibC.class.getModule().isNamed() ? "org.jnrproject.jffi" : "ALL-UNNAMED";
            throw new UnsupportedException(
                    Failure.of("load", "the C library", "jnr-ffi cannot load its native code: " + e.getMessage())
                            .remedy("Start java with --enable-native-access=" + module
                                    + ", and with -Djffi.extract.dir=DIR if the temporary directory is mounted noexec"),
                    e);
        }
    }

    static Runtime runtime(LibC libc) {
        return Runtime.getRuntime(libc);
    }
}
