package io.nspawn.local;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.PermissionDeniedException;
import io.nspawn.model.UnsupportedException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import jnr.constants.platform.Errno;
import jnr.constants.platform.OpenFlags;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Calls of the C library with their errors as exceptions. Thread-safe. */
final class Native {
    static final int O_CLOEXEC = OpenFlags.O_CLOEXEC.intValue();
    static final int O_DIRECTORY = OpenFlags.O_DIRECTORY.intValue();
    static final int O_NOFOLLOW = OpenFlags.O_NOFOLLOW.intValue();
    static final int O_CREAT = OpenFlags.O_CREAT.intValue();
    static final int O_EXCL = OpenFlags.O_EXCL.intValue();
    static final int O_TRUNC = OpenFlags.O_TRUNC.intValue();
    static final int O_WRONLY = OpenFlags.O_WRONLY.intValue();
    static final int O_RDWR = OpenFlags.O_RDWR.intValue();
    static final int O_NONBLOCK = OpenFlags.O_NONBLOCK.intValue();

    /** The same on every architecture of Linux (asm-generic/fcntl.h), and unknown to jnr-constants. */
    static final int O_PATH = 0x200000;

    private static final int AT_FDCWD = -100;
    private static final long RESOLVE_NO_MAGICLINKS = 0x02;
    private static final long RESOLVE_IN_ROOT = 0x10;
    /** How many renames in a row may get in the way of opening one path. */
    private static final int RACES = 10_000;

    private static final int OPEN_HOW_SIZE = 24;
    private static final long TIOCSWINSZ = 0x5414;
    private static final long FICLONE = 0x40049409L;
    /** XATTR_LIST_MAX and XATTR_SIZE_MAX. */
    private static final int MAX_ATTRIBUTES = 64 * 1024;

    private static final int FLOCK_SIZE = 32;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;

    private final LibC libc;
    private final Runtime runtime;

    Native() {
        this.libc = LibC.load();
        this.runtime = LibC.runtime(libc);
    }

    /** Over what stands before the C library of a runtime. */
    Native(LibC libc, Runtime runtime) {
        this.libc = libc;
        this.runtime = runtime;
    }

    boolean isRoot() {
        return libc.geteuid() == 0;
    }

    /** Opens an absolute path of the host. */
    int open(String path, int flags, int mode) {
        return check(libc.openat(AT_FDCWD, bytes(path), flags | O_CLOEXEC, mode), "open", path);
    }

    /** Opens one name in a directory, never through a symbolic link if {@link #O_NOFOLLOW} is among the flags. */
    int openAt(int directory, String name, int flags, int mode) {
        return check(libc.openat(directory, bytes(name), flags | O_CLOEXEC, mode), "open", name);
    }

    /**
     * Opens a path as if {@code root} were the root directory: neither {@code ..} nor a symbolic link leaves it. While
     * something is renamed or mounted, anywhere on the machine, the kernel cannot be sure of that and wants to be asked
     * again (openat2(2), EAGAIN).
     */
    int openInRoot(int root, String path, int flags) {
        Pointer how = Memory.allocateDirect(runtime, OPEN_HOW_SIZE, true);
        how.putLongLong(0, flags | O_CLOEXEC);
        how.putLongLong(16, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
        byte[] name = bytes(path);
        for (int attempt = 1; ; attempt++) {
            int descriptor = (int) libc.syscall(LibC.SYS_OPENAT2, root, name, how, OPEN_HOW_SIZE);
            boolean again = descriptor < 0 && LastError.getLastError(runtime) == Errno.EAGAIN.intValue();
            if (!again || attempt == RACES) {
                return check(descriptor, "open in root", path);
            }
            Thread.onSpinWait();
        }
    }

    void makeDirectory(int parent, String name, int mode) {
        check(libc.mkdirat(parent, bytes(name), mode), "make directory", name);
    }

    void unlink(int parent, String name, boolean directory) {
        check(libc.unlinkat(parent, bytes(name), directory ? LibC.AT_REMOVEDIR : 0), "delete", name);
    }

    void rename(int parent, String from, String to) {
        check(libc.renameat(parent, bytes(from), parent, bytes(to)), "rename", from);
    }

    /** Renames where nothing has the other name yet (renameat2(2)). */
    void renameToFree(int parent, String from, String to) {
        int result = libc.renameat2(parent, bytes(from), parent, bytes(to), LibC.RENAME_NOREPLACE);
        check(result, "rename " + from + " to", to);
    }

    /** Lets two entries of a directory have each other's name, in one step. */
    void exchange(int parent, String one, String other) {
        check(libc.renameat2(parent, bytes(one), parent, bytes(other), LibC.RENAME_EXCHANGE), "exchange", one);
    }

    /** Makes all durable that was written to the filesystem of an open file. */
    void syncFilesystem(int descriptor, String name) {
        check(libc.syncfs(descriptor), "sync", name);
    }

    void symlink(String target, int parent, String name) {
        check(libc.symlinkat(bytes(target), parent, bytes(name)), "make link", name);
    }

    void changeMode(int descriptor, int mode, String name) {
        check(libc.fchmod(descriptor, mode), "change mode of", name);
    }

    /** Reads into the buffer; 0 is the end. */
    int read(int descriptor, byte[] buffer, String name) {
        return check((int) libc.read(descriptor, buffer, buffer.length), "read", name);
    }

    void writeAll(int descriptor, byte[] content, String name) {
        byte[] rest = content;
        while (rest.length > 0) {
            int written = check((int) libc.write(descriptor, rest, rest.length), "write", name);
            rest = Arrays.copyOfRange(rest, written, rest.length);
        }
    }

    /**
     * Whether some process holds a record lock (fcntl(2)) on a file; asks without taking it, which would be in the way of
     * whoever takes it next.
     */
    boolean isLocked(int descriptor, String name) {
        ByteBuffer lock = ByteBuffer.allocateDirect(FLOCK_SIZE).order(ByteOrder.nativeOrder());
        lock.putShort(0, F_WRLCK);
        check(libc.fcntl(descriptor, LibC.F_OFD_GETLK, lock), "look at the lock of", name);
        return lock.getShort(0) != F_UNLCK;
    }

    /** Takes a record lock on the whole of an open file, as systemd has them, without waiting; returns whether it was free. */
    boolean tryRecordLock(int descriptor, String name) {
        ByteBuffer lock = ByteBuffer.allocateDirect(FLOCK_SIZE).order(ByteOrder.nativeOrder());
        lock.putShort(0, F_WRLCK);
        if (libc.fcntl(descriptor, LibC.F_OFD_SETLK, lock) == 0) {
            return true;
        }
        int errno = LastError.getLastError(runtime);
        if (errno == Errno.EAGAIN.intValue() || errno == Errno.EACCES.intValue()) {
            return false;
        }
        throw failure(errno, "lock", name);
    }

    /** Takes a lock on an open file without waiting; returns whether it was free. */
    boolean tryLock(int descriptor, String name) {
        if (libc.flock(descriptor, LibC.LOCK_EX | LibC.LOCK_NB) == 0) {
            return true;
        }
        int errno = LastError.getLastError(runtime);
        if (errno == Errno.EWOULDBLOCK.intValue()) {
            return false;
        }
        throw failure(errno, "lock", name);
    }

    /** Opens a descriptor that stands for a process and can be read from once that has ended: pidfd_open(2). */
    int openProcess(int pid) {
        return check((int) libc.syscall(LibC.SYS_PIDFD_OPEN, pid, 0), "watch", "process " + pid);
    }

    /** Signals a process that is held open, which no other can be mistaken for: pidfd_send_signal(2). */
    void sendSignal(int process, int signal, String name) {
        check((int) libc.syscall(LibC.SYS_PIDFD_SEND_SIGNAL, process, signal, 0, 0), "signal", name);
    }

    /** Opens an inotify instance; empty if there is none left for this user, or no descriptor for this process. */
    OptionalInt openInotify() {
        int descriptor = libc.inotify_init1(LibC.IN_CLOEXEC);
        return descriptor < 0 ? OptionalInt.empty() : OptionalInt.of(descriptor);
    }

    /** Opens a counter at zero, which can be read from once something was written to it: eventfd(2). */
    int openCounter() {
        return check(libc.eventfd(0, LibC.EFD_CLOEXEC), "create", "an eventfd");
    }

    /** Adds one to a counter. */
    void signal(int counter) {
        byte[] one = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(1)
                .array();
        writeAll(counter, one, "an eventfd");
    }

    /** Waits until at least one of two descriptors can be read from, and tells whether the first can. */
    boolean awaitReadable(int first, int second) {
        Poll poll = new Poll(this, 2);
        poll.watch(0, first, Poll.READ);
        poll.watch(1, second, Poll.READ);
        poll.await();
        return poll.isReady(0);
    }

    /**
     * Waits for one of several descriptors: poll(2).
     *
     * @param polled {@code struct pollfd}, one after the other
     * @param milliseconds -1 for as long as it takes
     */
    void poll(ByteBuffer polled, int count, int milliseconds) {
        while (libc.poll(polled, count, milliseconds) < 0) {
            int errno = LastError.getLastError(runtime);
            if (errno != Errno.EINTR.intValue()) {
                throw failure(errno, "wait for", "descriptors");
            }
        }
    }

    /** Makes the second file share all bytes of the first, which is on the same filesystem: FICLONE. */
    void shareContent(int from, int to, String name) {
        check(libc.ioctl(to, FICLONE, (long) from), "share the content of", name);
    }

    /** Makes a pipe, socket or device node. */
    void makeNode(Path path, int mode, long device) {
        check(libc.mknodat(AT_FDCWD, bytes(path), mode, device), "make node", path.toString());
    }

    /** Changes the mode without opening, which for a pipe would wait for its other end. A link is followed. */
    void changeMode(Path path, int mode) {
        check(libc.fchmodat(AT_FDCWD, bytes(path), mode, 0), "change mode of", path.toString());
    }

    /** Changes the times of what is at a path itself, without opening it. */
    void changeTimes(Path path, Instant accessed, Instant modified) {
        ByteBuffer times = ByteBuffer.allocateDirect(4 * Long.BYTES).order(ByteOrder.nativeOrder());
        times.putLong(0, accessed.getEpochSecond()).putLong(8, accessed.getNano());
        times.putLong(16, modified.getEpochSecond()).putLong(24, modified.getNano());
        int result = libc.utimensat(AT_FDCWD, bytes(path), times, LibC.AT_SYMLINK_NOFOLLOW);
        check(result, "change times of", path.toString());
    }

    /** The names of the extended attributes of what is at a path itself, a link too. */
    List<String> attributes(Path path) {
        byte[] names = new byte[MAX_ATTRIBUTES];
        int size =
                check((int) libc.llistxattr(bytes(path), names, names.length), "list attributes of", path.toString());
        String all = new String(names, 0, size, StandardCharsets.UTF_8);
        return all.isEmpty() ? List.of() : List.of(all.split("\0"));
    }

    void copyAttribute(Path from, Path to, String name) {
        byte[] value = new byte[MAX_ATTRIBUTES];
        int size = check(
                (int) libc.lgetxattr(bytes(from), bytes(name), value, value.length), "read " + name, from.toString());
        check(libc.lsetxattr(bytes(to), bytes(name), value, size, 0), "set " + name, to.toString());
    }

    /** Makes a pipe; what is written to the second end is read from the first. */
    int[] pipe() {
        int[] ends = new int[2];
        check(libc.pipe2(ends, O_CLOEXEC), "create", "a pipe");
        return ends;
    }

    /** Reads what is there, at most what the buffer has room for; 0 is the end, and so is a terminal's hang-up. */
    int read(int descriptor, ByteBuffer buffer, String name) {
        long count = libc.read(descriptor, buffer, buffer.remaining());
        if (count < 0 && LastError.getLastError(runtime) == Errno.EIO.intValue()) {
            return 0;
        }
        return check((int) count, "read", name);
    }

    /** Writes some of the buffer and moves its position on; returns false where nobody reads any more. */
    boolean write(int descriptor, ByteBuffer buffer, int most, String name) {
        long count = libc.write(descriptor, buffer.slice(), Math.min(most, buffer.remaining()));
        if (count < 0) {
            int errno = LastError.getLastError(runtime);
            if (errno == Errno.EPIPE.intValue() || errno == Errno.EIO.intValue()) {
                return false;
            }
            throw failure(errno, "write", name);
        }
        buffer.position(buffer.position() + (int) count);
        return true;
    }

    /** Tells a terminal its size: TIOCSWINSZ (ioctl_tty(2)). */
    void resize(int terminal, int columns, int rows) {
        ByteBuffer size = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        size.putShort(0, (short) rows).putShort(2, (short) columns);
        check(libc.ioctl(terminal, TIOCSWINSZ, size), "resize", "a terminal");
    }

    /**
     * Makes this thread, and no other of the process, act as another user with all its capabilities: who it connects as
     * and whose the files are that it makes. There is no way back but the end of the thread.
     */
    void becomeOnThisThread(long user, long group) {
        UserCalls calls = UserCalls.ofThisMachine();
        int dumpable = libc.prctl(LibC.PR_GET_DUMPABLE, 0, 0, 0, 0);
        check((int) libc.syscall(calls.setresgid(), -1L, group, -1L), "become", "group " + group);
        check((int) libc.syscall(calls.setresuid(), -1L, user, -1L), "become", "user " + user);
        // The change of user made the whole process undumpable.
        libc.prctl(LibC.PR_SET_DUMPABLE, dumpable == 1 ? 1 : 0, 0, 0, 0);
        regainCapabilities();
    }

    /** Those that are permitted still, and were put away with the user. */
    private void regainCapabilities() {
        ByteBuffer header = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        header.putInt(0, LibC.CAPABILITIES_3);
        ByteBuffer sets = ByteBuffer.allocateDirect(24).order(ByteOrder.nativeOrder());
        check(libc.capget(header, sets), "read", "capabilities");
        sets.putInt(0, sets.getInt(4));
        sets.putInt(12, sets.getInt(16));
        check(libc.capset(header, sets), "regain", "capabilities");
    }

    /** Takes the topmost mount at a path away (umount2(2)); returns whether there was one. */
    boolean unmount(String path) {
        if (libc.umount2(bytes(path), LibC.MNT_DETACH | LibC.UMOUNT_NOFOLLOW) == 0) {
            return true;
        }
        int errno = LastError.getLastError(runtime);
        if (errno == Errno.ENOENT.intValue() || errno == Errno.EINVAL.intValue()) {
            return false;
        }
        throw failure(errno, "unmount", path);
    }

    /** Commands a device: ioctl(2) with a number. */
    void control(int descriptor, long request, long argument, String name) {
        check(libc.ioctl(descriptor, request, argument), "control", name);
    }

    /** Asks a device: ioctl(2) with a structure that the kernel fills, in a direct buffer. */
    void control(int descriptor, long request, ByteBuffer structure, String name) {
        check(libc.ioctl(descriptor, request, structure), "control", name);
    }

    void close(int descriptor) {
        libc.close(descriptor);
    }

    /** Must be called with the result of the call just made on this thread: errno is the thread's last. */
    private int check(int result, String operation, String subject) {
        if (result >= 0) {
            return result;
        }
        throw failure(LastError.getLastError(runtime), operation, subject);
    }

    private static NspawnException failure(int number, String operation, String subject) {
        Errno errno = Errno.valueOf(number);
        Failure failure = Failure.of(operation, subject, errno.description()).named(errno.name());
        return switch (errno) {
            // A chain of links without an end leads nowhere, and is easily planted.
            case ENOENT, ENOTDIR, ELOOP, ESRCH -> new NotFoundException(failure);
            case EEXIST, ENOTEMPTY -> new AlreadyExistsException(failure);
            case EACCES, EPERM, EROFS -> new PermissionDeniedException(failure);
            case ENOSPC, EDQUOT -> new NoSpaceException(failure);
            case EBUSY -> new BusyException(failure);
            case ENOSYS -> new UnsupportedException(failure.remedy("Linux 5.6 or later is needed."));
            default -> new HostFailureException(failure);
        };
    }

    /** The bytes that the kernel has for a name, which need not be text; a URI has each of them, most as %XX. */
    static byte[] bytes(Path path) {
        String raw = path.toUri().getRawPath();
        int end = raw.length() > 1 && raw.endsWith("/") ? raw.length() - 1 : raw.length();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(end + 1);
        for (int i = 0; i < end; i++) {
            if (raw.charAt(i) == '%') {
                bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(raw.charAt(i));
            }
        }
        bytes.write(0);
        return bytes.toByteArray();
    }

    private static byte[] bytes(String path) {
        byte[] text = path.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(text, text.length + 1);
    }
}
