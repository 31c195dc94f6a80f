package io.nspawn.host;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Takes what a command writes, tells it by lines, and keeps the last of them. Thread-safe: two outputs go into one. */
final class LineLog extends OutputStream {
    private static final int KEPT = 40;
    /** A line longer than that is cut: what writes is not trusted. */
    private static final int LONGEST = 500;

    private final Consumer<String> log;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Deque<String> last = new ArrayDeque<>();

    LineLog(Consumer<String> log) {
        this.log = log;
    }

    @Override
    public synchronized void write(int b) {
        if (b == '\n' || b == '\r') {
            end();
        } else if (line.size() < LONGEST) {
            line.write(b);
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }

    @Override
    public synchronized void close() {
        end();
    }

    synchronized List<String> last() {
        return List.copyOf(last);
    }

    private void end() {
        String text = line.toString(StandardCharsets.UTF_8).strip();
        line.reset();
        if (!text.isEmpty()) {
            last.addLast(text);
            if (last.size() > KEPT) {
                last.removeFirst();
            }
            log.accept(text);
        }
    }
}
