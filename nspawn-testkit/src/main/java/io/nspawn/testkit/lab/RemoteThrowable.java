package io.nspawn.testkit.lab;

import static io.nspawn.testkit.lab.TestRecord.readText;
import static io.nspawn.testkit.lab.TestRecord.writeText;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A throwable from inside as data, since its class may not load outside.
 *
 * @param text what its toString said: class name and message
 * @param message its message; empty when it had none
 * @param isAssertion whether it was an AssertionError, which tools report as a failure and not as an error
 * @param frames its stack trace
 * @param cause what caused it
 * @param suppressed what it suppressed
 */
record RemoteThrowable(
        String text,
        String message,
        boolean isAssertion,
        List<StackTraceElement> frames,
        Optional<RemoteThrowable> cause,
        List<RemoteThrowable> suppressed) {
    /** Deeper chains of causes are cut, as they may be circular. */
    private static final int DEPTH = 16;

    static RemoteThrowable of(Throwable thrown) {
        return of(thrown, DEPTH);
    }

    private static RemoteThrowable of(Throwable thrown, int depth) {
        Optional<RemoteThrowable> cause =
                Optional.ofNullable(thrown.getCause()).filter(c -> depth > 0).map(c -> of(c, depth - 1));
        List<RemoteThrowable> suppressed = Stream.of(thrown.getSuppressed())
                .filter(s -> depth > 0)
                .map(s -> of(s, depth - 1))
                .toList();
        return new RemoteThrowable(
                String.valueOf(thrown),
                Optional.ofNullable(thrown.getMessage()).orElse(""),
                thrown instanceof AssertionError,
                Stream.of(thrown.getStackTrace()).map(RemoteThrowable::plain).toList(),
                cause,
                suppressed);
    }

    /** Without module and class loader, which say nothing outside. */
    private static StackTraceElement plain(StackTraceElement frame) {
        return new StackTraceElement(
                frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber());
    }

    /** A throwable that prints as the one inside did, its stack trace included. */
    Throwable toThrowable() {
        Throwable thrown = isAssertion ? new LabAssertionError(message, text) : new LabTestException(message, text);
        thrown.setStackTrace(frames.toArray(StackTraceElement[]::new));
        cause.ifPresent(c -> thrown.initCause(c.toThrowable()));
        suppressed.forEach(s -> thrown.addSuppressed(s.toThrowable()));
        return thrown;
    }

    static void write(DataOutputStream out, Optional<RemoteThrowable> thrown) throws IOException {
        out.writeBoolean(thrown.isPresent());
        if (thrown.isPresent()) {
            thrown.orElseThrow().write(out);
        }
    }

    private void write(DataOutputStream out) throws IOException {
        writeText(out, text);
        writeText(out, message);
        out.writeBoolean(isAssertion);
        out.writeInt(frames.size());
        for (StackTraceElement frame : frames) {
            writeText(out, frame.getClassName());
            writeText(out, frame.getMethodName());
            writeText(out, Optional.ofNullable(frame.getFileName()).orElse(""));
            out.writeInt(frame.getLineNumber());
        }
        write(out, cause);
        out.writeInt(suppressed.size());
        for (RemoteThrowable one : suppressed) {
            one.write(out);
        }
    }

    static Optional<RemoteThrowable> read(DataInputStream in) throws IOException {
        return in.readBoolean() ? Optional.of(readOne(in)) : Optional.empty();
    }

    private static RemoteThrowable readOne(DataInputStream in) throws IOException {
        String text = readText(in);
        String message = readText(in);
        boolean isAssertion = in.readBoolean();
        List<StackTraceElement> frames = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
            frames.add(readFrame(in));
        }
        Optional<RemoteThrowable> cause = read(in);
        List<RemoteThrowable> suppressed = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
            suppressed.add(readOne(in));
        }
        return new RemoteThrowable(text, message, isAssertion, List.copyOf(frames), cause, List.copyOf(suppressed));
    }

    private static StackTraceElement readFrame(DataInputStream in) throws IOException {
        String type = readText(in);
        String method = readText(in);
        String file = readText(in);
        return new StackTraceElement(type, method, file.isEmpty() ? null : file, in.readInt());
    }

    /** An assertion that failed inside; prints as the original. */
    private static final class LabAssertionError extends AssertionError {
        private static final long serialVersionUID = 1L;

        private final String text;

        LabAssertionError(String message, String text) {
            super(message);
            this.text = text;
        }

        /** Names the class of the original and not this one. */
        @Override
        @SuppressWarnings("OverrideThrowableToString")
        public String toString() {
            return text;
        }
    }

    /** Any other throwable from inside; prints as the original. */
    private static final class LabTestException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String text;

        LabTestException(String message, String text) {
            super(message);
            this.text = text;
        }

        /** Names the class of the original and not this one. */
        @Override
        @SuppressWarnings("OverrideThrowableToString")
        public String toString() {
            return text;
        }
    }
}
