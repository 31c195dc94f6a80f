package io.nspawn.local;

import io.nspawn.model.JournalEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the Journal Export Format (systemd.io/JOURNAL_EXPORT_FORMATS) as it comes, cut anywhere. An entry is lines and an
 * empty line; a line is {@code FIELD=text}, or {@code FIELD} alone with 64 bits of length, little-endian, that many
 * bytes and a newline after it: so any byte can stand in a value.
 */
final class ExportParser extends OutputStream {
    /** More than journald takes of one entry, and few enough to hold. */
    private static final int LARGEST = 64 << 20;

    /** Takes each entry. */
    @FunctionalInterface
    interface Taker {
        void take(JournalEntry entry) throws IOException;
    }

    private enum State {
        LINE,
        LENGTH,
        VALUE,
        NEWLINE
    }

    private final Taker taker;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private Map<String, List<byte[]>> fields = new LinkedHashMap<>();
    private State state = State.LINE;
    private String field = "";
    private long left;
    private int size;

    ExportParser(Taker taker) {
        this.taker = taker;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        for (int at = from; at < from + count; ) {
            int end = from + count;
            at = switch (state) {
                case LINE -> line(bytes, at, end);
                case LENGTH, VALUE -> sized(bytes, at, end);
                case NEWLINE -> newline(bytes[at], at);
            };
        }
    }

    private int line(byte[] bytes, int from, int end) throws IOException {
        int at = from;
        while (at < end && bytes[at] != '\n') {
            at++;
        }
        keep(bytes, from, at);
        if (at == end) {
            return end;
        }
        endLine(taken());
        return at + 1;
    }

    private void endLine(byte[] line) throws IOException {
        if (line.length == 0) {
            if (!fields.isEmpty()) {
                JournalEntry entry = new JournalEntry(fields);
                fields = new LinkedHashMap<>();
                size = 0;
                taker.take(entry);
            }
            return;
        }
        int equals = 0;
        while (equals < line.length && line[equals] != '=') {
            equals++;
        }
        field = new String(line, 0, equals, StandardCharsets.UTF_8);
        if (equals < line.length) {
            byte[] value = new byte[line.length - equals - 1];
            System.arraycopy(line, equals + 1, value, 0, value.length);
            add(value);
        } else {
            expect(State.LENGTH, Long.BYTES);
        }
    }

    private int sized(byte[] bytes, int from, int end) throws IOException {
        int until = (int) Math.min(end, from + left);
        keep(bytes, from, until);
        left -= until - from;
        if (left > 0) {
            return until;
        }
        byte[] whole = taken();
        if (state == State.VALUE) {
            add(whole);
            state = State.NEWLINE;
            return until;
        }
        long length = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > LARGEST) {
            throw new IOException("a journal field of " + Long.toUnsignedString(length) + " bytes");
        }
        if (length == 0) {
            add(new byte[0]);
            state = State.NEWLINE;
        } else {
            expect(State.VALUE, length);
        }
        return until;
    }

    private int newline(byte found, int at) throws IOException {
        if (found != '\n') {
            throw new IOException("no newline after a journal field's bytes");
        }
        state = State.LINE;
        return at + 1;
    }

    private void expect(State next, long bytes) {
        state = next;
        left = bytes;
    }

    private void add(byte[] value) {
        fields.computeIfAbsent(field, name -> new ArrayList<>()).add(value);
    }

    private void keep(byte[] bytes, int from, int until) throws IOException {
        size += until - from;
        if (size > LARGEST) {
            throw new IOException("a journal entry of more than " + LARGEST + " bytes");
        }
        pending.write(bytes, from, until - from);
    }

    private byte[] taken() {
        byte[] bytes = pending.toByteArray();
        pending.reset();
        return bytes;
    }
}
