package io.nspawn.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The input of a command, fed from a stream on a thread of its own, which owns the end that is written to. It ends with
 * the stream, with the command, or once the stream gives the thread back after that.
 */
final class CommandInput {
    private static final int BUFFER = 64 * 1024;
    /** What a pipe takes without waiting when it takes anything: PIPE_BUF (pipe(7)). */
    private static final int AT_ONCE = 4096;

    private final Native os;
    private final InputStream source;
    private final int end;
    private final Wakeup closing;
    private final Consumer<Exception> onFailure;
    private final Thread thread;

    /**
     * An input that is not fed yet.
     *
     * @param end is closed when the stream has been written, or nobody reads it any more
     * @param onFailure told of a stream that throws
     */
    CommandInput(Native os, InputStream source, int end, String name, Consumer<Exception> onFailure) {
        this.os = os;
        this.source = source;
        this.end = end;
        this.closing = new Wakeup(os);
        this.onFailure = onFailure;
        this.thread = new Thread(this::feed, "nspawn-stdin-of-" + name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Ends the feeding. A thread that is held up by the stream is let go of. */
    void close() {
        closing.signal();
        thread.interrupt();
    }

    /** Gives up what was never started. */
    void discard() {
        os.close(end);
        closing.close();
    }

    private void feed() {
        try {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
            byte[] bytes = new byte[BUFFER];
            Poll poll = new Poll(os, 2);
            closing.watch(poll, 1);
            boolean wanted = true;
            for (int n = source.read(bytes); n >= 0 && wanted; n = wanted ? source.read(bytes) : -1) {
                buffer.clear();
                buffer.put(bytes, 0, n).flip();
                wanted = writeAll(buffer, poll);
            }
        } catch (IOException | RuntimeException e) {
            onFailure.accept(e);
        } finally {
            os.close(end);
            closing.close();
        }
    }

    /** Returns false if nobody wants more. */
    private boolean writeAll(ByteBuffer buffer, Poll poll) {
        while (buffer.hasRemaining()) {
            poll.watch(0, end, Poll.WRITE);
            poll.await();
            if (poll.isReady(1) || !os.write(end, buffer, AT_ONCE, "a command's input")) {
                return false;
            }
        }
        return true;
    }
}
