package io.nspawn.local;

import io.nspawn.dbus.Descriptor;
import io.nspawn.spi.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The near end of a pseudo terminal. A thread that reads of it is freed neither by an interrupt nor by a close of the
 * descriptor, and so none ever waits in the read itself.
 */
final class LocalTerminal implements Terminal {
    private static final int BUFFER = 4096;
    /** What a terminal takes without waiting, if it takes anything. */
    private static final int AT_ONCE = 256;
    /** How long an interrupt may go unnoticed: poll(2) does not know of Java's. */
    private static final int LOOK_MILLIS = 200;

    private static final int MOST = 0xFFFF;

    private final Native os;
    private final Descriptor descriptor;
    private final int number;
    private final Wakeup closing;
    private int users;
    private boolean closed;

    LocalTerminal(Native os, Descriptor descriptor) {
        this.os = os;
        this.descriptor = descriptor;
        this.number = descriptor.number();
        this.closing = new Wakeup(os);
    }

    @Override
    public InputStream output() {
        return new Output();
    }

    @Override
    public OutputStream input() {
        return new Input();
    }

    @Override
    public void resize(int columns, int rows) {
        if (columns < 1 || columns > MOST || rows < 1 || rows > MOST) {
            throw new IllegalArgumentException(
                    "a terminal has 1 to " + MOST + " columns and rows, not " + columns + " and " + rows);
        }
        if (enter()) {
            try {
                os.resize(number, columns, rows);
            } finally {
                leave();
            }
        }
    }

    /** Whoever uses the descriptor now is woken, and the last of them closes it. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            users++;
        }
        closing.signal();
        leave();
    }

    private synchronized boolean enter() {
        if (closed) {
            return false;
        }
        users++;
        return true;
    }

    private synchronized void leave() {
        users--;
        if (closed && users == 0) {
            descriptor.close();
            closing.close();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Returns false if the terminal was closed meanwhile. */
    private boolean await(short events) throws InterruptedIOException {
        Poll poll = new Poll(os, 2);
        poll.watch(0, number, events);
        closing.watch(poll, 1);
        do {
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for a terminal");
            }
            poll.await(LOOK_MILLIS);
        } while (!poll.isReady(0) && !isClosed());
        return !isClosed();
    }

    private final class Output extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            Objects.checkFromIndexSize(from, count, bytes.length);
            if (count == 0) {
                return 0;
            }
            if (!enter()) {
                return -1;
            }
            try {
                if (!await(Poll.READ)) {
                    return -1;
                }
                ByteBuffer buffer = ByteBuffer.allocateDirect(Math.min(count, BUFFER));
                int read = os.read(number, buffer, "a terminal");
                buffer.get(bytes, from, read);
                return read == 0 ? -1 : read;
            } finally {
                leave();
            }
        }
    }

    private final class Input extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            Objects.checkFromIndexSize(from, count, bytes.length);
            ByteBuffer buffer = ByteBuffer.allocateDirect(Math.max(1, count));
            buffer.put(bytes, from, count).flip();
            if (!enter()) {
                throw new IOException("the terminal is closed");
            }
            try {
                while (buffer.hasRemaining()) {
                    if (!await(Poll.WRITE) || !os.write(number, buffer, AT_ONCE, "a terminal")) {
                        throw new IOException("the terminal hung up");
                    }
                }
            } finally {
                leave();
            }
        }
    }
}
