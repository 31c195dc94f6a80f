package io.nspawn.testkit.lab;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * How one test or container has ended inside, and the line of text that carries it out.
 *
 * @param key what has ended
 * @param name its display name
 * @param isTest whether it is a test rather than a container
 * @param end how it has ended
 * @param reason why it was skipped; empty otherwise
 * @param failure what it threw, when it failed or was aborted
 */
record TestRecord(TestKey key, String name, boolean isTest, End end, String reason, Optional<RemoteThrowable> failure) {
    /** How a test ends. */
    enum End {
        PASSED,
        FAILED,
        ABORTED,
        SKIPPED
    }

    /** Stands before a record in a line; what a test writes to the same stream without a line's end stands before it. */
    private static final String MARK = "\u0001nspawn-lab-test ";

    String toLine() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writeText(out, key.text());
            writeText(out, name);
            out.writeBoolean(isTest);
            writeText(out, end.name());
            writeText(out, reason);
            RemoteThrowable.write(out, failure);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return MARK + Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** The record that a line ends with; empty when it is a line of something else. */
    static Optional<TestRecord> fromLine(String line) {
        int mark = line.indexOf(MARK);
        return mark < 0 ? Optional.empty() : Optional.of(read(line.substring(mark + MARK.length())));
    }

    private static TestRecord read(String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return new TestRecord(
                    new TestKey(readText(in)),
                    readText(in),
                    in.readBoolean(),
                    End.valueOf(readText(in)),
                    readText(in),
                    RemoteThrowable.read(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unlike writeUTF, without a bound of 64 KiB. */
    static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
