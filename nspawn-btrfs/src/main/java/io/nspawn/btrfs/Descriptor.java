package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one owner of an open file descriptor. It is closed once; a call under way on another thread finishes on the
 * descriptor it began with, and a call after {@link #close()} is refused instead of reaching a recycled number.
 */
final class Descriptor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Descriptor.class);
    private static final int CLOSED = Integer.MIN_VALUE;

    private final Kernel kernel;
    private final int fd;
    private final String path;

    /** Calls under way; negative once closed. */
    private final AtomicInteger users = new AtomicInteger();

    Descriptor(Kernel kernel, int fd, String path) {
        this.kernel = kernel;
        this.fd = fd;
        this.path = path;
    }

    Kernel kernel() {
        return kernel;
    }

    /** The path it was opened by, for messages only. */
    String path() {
        return path;
    }

    /** Runs one system call on the descriptor and returns what the call answered. */
    int use(IntUnaryOperator call) {
        acquire();
        try {
            return call.applyAsInt(fd);
        } finally {
            release();
        }
    }

    /** Fills a zeroed argument, makes the call and returns its answer: the negated errno on failure. */
    int attempt(Ioctl call, Consumer<ByteBuffer> pack) {
        ByteBuffer argument = kernel.arguments().borrow();
        try {
            pack.accept(argument);
            return attempt(call, argument);
        } finally {
            kernel.arguments().giveBack(argument);
        }
    }

    int attempt(Ioctl call, ByteBuffer argument) {
        int result = use(number -> kernel.ioctl(number, call.request(), argument));
        // Asked first: the call would allocate its list of arguments, logged or not.
        if (LOG.isDebugEnabled()) {
            LOG.debug("ioctl={} path={} result={}", call, path, result);
        }
        return result;
    }

    /** Makes the call on the object named, and throws what its errno means. */
    int ioctl(Ioctl call, String object, Consumer<ByteBuffer> pack) {
        return Failure.check(call, object, attempt(call, pack));
    }

    /** As {@link #ioctl(Ioctl, String, Consumer)}, of an entry of this directory. */
    void ioctlOn(EntryName name, Ioctl call, Consumer<ByteBuffer> pack) {
        int result = attempt(call, pack);
        if (result < 0) {
            throw Failure.exception(call, path + "/" + name, -result);
        }
    }

    /** As {@link #ioctl(Ioctl, String, Consumer)}, then reads the argument back. */
    <T> T ioctl(Ioctl call, String object, Consumer<ByteBuffer> pack, Function<ByteBuffer, T> unpack) {
        ByteBuffer argument = kernel.arguments().borrow();
        try {
            pack.accept(argument);
            Failure.check(call, object, attempt(call, argument));
            return unpack.apply(argument);
        } finally {
            kernel.arguments().giveBack(argument);
        }
    }

    /** Opens a directory below, never through a symlink. */
    Descriptor openDirectory(EntryName name) {
        String object = path + "/" + name;
        int number = use(at -> kernel.openat(at, name.terminated(), Flags.DIRECTORY | Flags.NO_FOLLOW));
        return new Descriptor(kernel, Failure.check(SystemCall.OPEN, object, number), object);
    }

    /** Opens the directory behind a descriptor of the caller's once more; the caller's own is not touched. */
    static Descriptor reopen(Kernel kernel, int descriptor) {
        String object = "descriptor " + descriptor;
        int number = descriptor < 0
                ? -Errno.EBADF.intValue()
                : kernel.openat(descriptor, new byte[] {'.', 0}, Flags.DIRECTORY);
        return new Descriptor(kernel, Failure.check(SystemCall.OPEN, object, number), object);
    }

    static Descriptor openDirectory(Kernel kernel, byte[] terminatedPath, String shown) {
        int number = kernel.openat(Flags.AT_FDCWD, terminatedPath, Flags.DIRECTORY);
        return new Descriptor(kernel, Failure.check(SystemCall.OPEN, shown, number), shown);
    }

    @Override
    public void close() {
        int now;
        do {
            now = users.get();
            if (now < 0) {
                return;
            }
        } while (!users.compareAndSet(now, now | CLOSED));
        if (now == 0) {
            closeNow();
        }
    }

    private void acquire() {
        int now;
        do {
            now = users.get();
            if (now < 0) {
                throw new IllegalStateException("already closed: " + path);
            }
        } while (!users.compareAndSet(now, now + 1));
    }

    private void release() {
        if (users.decrementAndGet() == CLOSED) {
            closeNow();
        }
    }

    private void closeNow() {
        int result = kernel.close(fd);
        if (result < 0) {
            LOG.debug("close path={} result={}", path, result);
        }
    }
}
