package io.nspawn.btrfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;

/**
 * A subvolume on its way: the channel that its stream is read from. The kernel writes it on a thread of its own, at the
 * pace of the reader, and only as far ahead as a pipe holds. The channel can be closed at any time, by any thread, and
 * is closed when its reader is interrupted. For one reader at a time.
 */
public final class SendChannel implements ReadableByteChannel {
    private final PipeChannel pipe;
    private final KernelSend send;
    private volatile long bytesRead;

    SendChannel(PipeChannel pipe, KernelSend send) {
        this.pipe = pipe;
        this.send = send;
    }

    /**
     * Reads what there is of the stream, and waits if there is nothing yet.
     *
     * @return the number of bytes, or -1 when the stream is whole
     * @throws BtrfsException if the kernel failed: then what was read is no whole stream
     * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
     * @throws java.nio.channels.AsynchronousCloseException if another thread closes the channel meanwhile
     * @throws java.nio.channels.ClosedChannelException if it is closed
     */
    @Override
    public int read(ByteBuffer to) throws IOException {
        int count = pipe.read(to);
        if (count > 0) {
            add(count);
        }
        if (count < 0) {
            Optional<RuntimeException> failure = send.failure();
            if (failure.isPresent()) {
                throw failure.get();
            }
        }
        return count;
    }

    private synchronized void add(int count) {
        bytesRead += count;
    }

    /** The bytes read so far. Any thread may ask. How many there will be is not known before the end. */
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public boolean isOpen() {
        return pipe.isOpen();
    }

    /**
     * Ends the sending, whole or not, and waits until the kernel has let go of the subvolume, which it does when it
     * next writes. Interrupts do not cut the wait short: a subvolume that is being sent cannot be deleted.
     */
    @Override
    public void close() throws IOException {
        pipe.close();
        send.awaitEnd();
    }
}
