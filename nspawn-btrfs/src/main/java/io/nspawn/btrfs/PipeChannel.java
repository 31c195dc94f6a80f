package io.nspawn.btrfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * The reading end of a pipe. A thread that waits for data is woken when another one closes the channel or interrupts
 * it; the descriptor is closed as soon as nobody reads from it.
 */
final class PipeChannel extends AbstractInterruptibleChannel implements ReadableByteChannel {
    static final int POLLFD_SIZE = 8;
    static final int POLLFD_EVENTS = 4;
    static final int POLLFD_RESULT = 6;
    static final short POLLIN = 1;

    /** Milliseconds. */
    private static final int LOOK_AGAIN = 1000;

    private static final int LARGEST_READ = 64 * 1024;

    private final Descriptor pipe;
    private final Descriptor wake;
    private final FileCalls files;
    private final Object reading = new Object();
    private final ByteBuffer buffer = Wire.buffer(LARGEST_READ);
    private final ByteBuffer polled = Wire.buffer(2 * POLLFD_SIZE);

    /** Takes both descriptors over: the end of the pipe, and an eventfd to be woken by. */
    PipeChannel(Descriptor pipe, Descriptor wake, FileCalls files) {
        this.pipe = pipe;
        this.wake = wake;
        this.files = files;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        synchronized (reading) {
            if (!isOpen()) {
                throw new ClosedChannelException();
            }
            if (!to.hasRemaining()) {
                return 0;
            }
            boolean completed = false;
            try {
                begin();
                int count = readWhenReady(Math.min(to.remaining(), LARGEST_READ));
                completed = true;
                to.put(buffer.position(0).limit(count));
                return count == 0 ? -1 : count;
            } catch (IllegalStateException e) {
                // The descriptor was closed between the look at the channel and its use.
                AsynchronousCloseException closed = new AsynchronousCloseException();
                closed.initCause(e);
                throw closed;
            } finally {
                end(completed);
            }
        }
    }

    private int readWhenReady(int most) throws AsynchronousCloseException {
        if (isWoken()) {
            throw new AsynchronousCloseException();
        }
        buffer.clear().limit(most);
        return Failure.check(SystemCall.READ, pipe.path(), pipe.use(fd -> files.read(fd, buffer)));
    }

    private boolean isWoken() {
        int ready = poll();
        while (ready == 0) {
            // An interrupt between the look at it and the wait can go by without a word (Thread.interrupt of JDK 17).
            begin();
            ready = poll();
        }
        return polled.getShort(POLLFD_SIZE + POLLFD_RESULT) != 0;
    }

    private int poll() {
        int result = pipe.use(pipeFd -> wake.use(wakeFd -> {
            polled.putInt(0, pipeFd).putShort(POLLFD_EVENTS, POLLIN);
            polled.putInt(POLLFD_SIZE, wakeFd).putShort(POLLFD_SIZE + POLLFD_EVENTS, POLLIN);
            return files.poll(polled, 2, LOOK_AGAIN);
        }));
        return Failure.check(SystemCall.READ, pipe.path(), result);
    }

    @Override
    protected void implCloseChannel() {
        ByteBuffer one = Wire.buffer(Long.BYTES).putLong(0, 1);
        Failure.check(SystemCall.READ, wake.path(), wake.use(fd -> files.write(fd, one)));
        pipe.close();
        wake.close();
    }
}
