package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two ends of a pipe as streams that have descriptors, which those of the JDK's own pipes do not show.
 *
 * @param source what is written can be read here
 * @param sink what is to be read
 */
record PipeEnds(FileInputStream source, FileOutputStream sink) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");
    private static final int BUFFER = 64 * 1024;

    static PipeEnds open(Native os) {
        int[] ends = os.pipe();
        try {
            return open(ends);
        } catch (IOException e) {
            throw new HostFailureException(Failure.of("open", "a pipe", String.valueOf(e.getMessage())), e);
        } finally {
            os.close(ends[0]);
            os.close(ends[1]);
        }
    }

    /** Opening it once more by its name below /proc is how a number becomes a descriptor that Java owns. */
    private static PipeEnds open(int[] ends) throws IOException {
        FileInputStream source = new FileInputStream("/proc/self/fd/" + ends[0]);
        try {
            return new PipeEnds(source, new FileOutputStream("/proc/self/fd/" + ends[1]));
        } catch (IOException e) {
            source.close();
            throw e;
        }
    }

    /**
     * Writes a stream into the pipe, whose other end is somebody else's by now, on a thread of its own.
     *
     * @param failed told when the stream fails, before the pipe is closed: a half would be taken for the whole
     */
    void feed(String thread, InputStream from, Consumer<IOException> failed) {
        closeQuietly(source);
        start(thread, () -> {
            byte[] buffer = new byte[BUFFER];
            try {
                for (int n = from.read(buffer); n >= 0 && write(buffer, n); n = from.read(buffer)) {
                    LOG.trace("{} fed {} bytes", thread, n);
                }
            } catch (IOException e) {
                failed.accept(e);
            }
        });
    }

    /** Writes what comes out of the pipe, whose other end is somebody else's by now, to a stream. */
    void drain(String thread, OutputStream to, Runnable done, Consumer<IOException> failed) {
        closeQuietly(sink);
        start(thread, () -> {
            try {
                source.transferTo(to);
                to.flush();
                done.run();
            } catch (IOException e) {
                failed.accept(e);
            }
        });
    }

    /** Whether somebody still reads; who has hung up says himself why. */
    private boolean write(byte[] buffer, int length) {
        try {
            sink.write(buffer, 0, length);
            return true;
        } catch (IOException e) {
            LOG.debug("nobody reads the pipe any more: {}", e.getMessage());
            return false;
        }
    }

    private void start(String name, Runnable body) {
        Runnable guarded = () -> {
            try (this) {
                body.run();
            } catch (RuntimeException e) {
                LOG.warn("{} failed", name, e);
            }
        };
        Thread thread = new Thread(guarded, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Closeable end) {
        try {
            end.close();
        } catch (IOException e) {
            LOG.debug("closing a pipe's end: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        try (source) {
            sink.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
