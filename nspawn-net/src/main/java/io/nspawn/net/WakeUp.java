package io.nspawn.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * An eventfd that ends another thread's poll(2). Closing a descriptor or interrupting a thread does not wake one that
 * waits inside the kernel; this does.
 */
final class WakeUp implements AutoCloseable {
    private final ByteBuffer eight = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    private final int fd;
    private boolean open = true;

    WakeUp() {
        fd = Native.check(Native.libc().eventfd(0, Native.EFD_CLOEXEC | Native.EFD_NONBLOCK), "create", "an eventfd");
    }

    /** Is signalled when the thread that began to wait with it is interrupted. */
    final class OnInterrupt extends AbstractInterruptibleChannel {
        void await(Runnable waiting) {
            begin();
            try {
                waiting.run();
            } finally {
                finish();
            }
        }

        private void finish() {
            try {
                end(true);
            } catch (AsynchronousCloseException e) {
                // The thread's interrupt status stays set, and the caller looks at that.
                assert Thread.currentThread().isInterrupted();
            }
        }

        @Override
        protected void implCloseChannel() {
            signal();
        }
    }

    int descriptor() {
        return fd;
    }

    /** Wakes the waiter, now or at its next wait. Any thread may call this, also after the close. */
    synchronized void signal() {
        if (open) {
            eight.putLong(0, 1);
            Native.libc().write(fd, eight, 8);
        }
    }

    /** Takes back what was signalled. */
    synchronized void drain() {
        if (open) {
            Native.libc().read(fd, eight, 8);
        }
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            Native.libc().close(fd);
        }
    }
}
