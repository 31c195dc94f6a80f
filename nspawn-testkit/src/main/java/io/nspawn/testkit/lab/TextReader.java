package io.nspawn.testkit.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** A daemon thread that reads a stream to its end: the text as it is into a tail, its lines to a consumer. */
final class TextReader {
    private static final int CHUNK = 8192;

    private final InputStream stream;
    private final TextTail tail;
    private final Consumer<String> lines;
    private final StringBuilder line = new StringBuilder();
    private final Thread thread;

    private TextReader(String name, InputStream stream, TextTail tail, Consumer<String> lines, Runnable end) {
        this.stream = stream;
        this.tail = tail;
        this.lines = lines;
        this.thread = new Thread(() -> readThenTell(end), name);
        this.thread.setDaemon(true);
    }

    static TextReader start(String name, InputStream stream, TextTail tail) {
        return start(name, stream, tail, line -> {}, () -> {});
    }

    static TextReader start(String name, InputStream stream, TextTail tail, Consumer<String> lines, Runnable end) {
        TextReader reader = new TextReader(name, stream, tail, lines, end);
        reader.thread.start();
        return reader;
    }

    /** Waits for the stream's end, at most this long; whether it has come. */
    boolean join(long millis) throws InterruptedException {
        thread.join(Math.max(1, millis));
        return !thread.isAlive();
    }

    private void readThenTell(Runnable end) {
        try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            char[] chunk = new char[CHUNK];
            for (int count = reader.read(chunk); count >= 0; count = reader.read(chunk)) {
                tail.add(chunk, count);
                split(chunk, count);
            }
        } catch (IOException closed) {
            // The stream was closed under the reader: the same end as any other.
        } finally {
            if (line.length() > 0) {
                lines.accept(line.toString());
            }
            end.run();
        }
    }

    private void split(char[] chunk, int count) {
        for (int i = 0; i < count; i++) {
            if (chunk[i] == '\n') {
                lines.accept(line.toString());
                line.setLength(0);
            } else {
                line.append(chunk[i]);
            }
        }
    }
}
