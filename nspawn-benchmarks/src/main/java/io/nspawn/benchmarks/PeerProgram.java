package io.nspawn.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A program that does the work for subjects that are not Java: it is asked a line on its input, and answers with a line
 * of nanoseconds, one number for each thing that it timed.
 */
public final class PeerProgram implements AutoCloseable {
    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;

    private PeerProgram(Process process) {
        this.process = process;
        this.requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts it; what it says on its error output goes to that of this program. */
    public static PeerProgram start(String... command) {
        try {
            return new PeerProgram(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Has it do something.
     *
     * @throws IllegalStateException if it has ended
     */
    public long[] ask(String request) {
        try {
            requests.write(request + "\n");
            requests.flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new IllegalStateException("a program of the peers has ended at: " + request);
            }
            return Arrays.stream(answer.split(" ", -1))
                    .mapToLong(Long::parseLong)
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
