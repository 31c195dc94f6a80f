package io.nspawn.benchmarks.btrfs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The program made from {@code btrfs_peers.c}, which does the work for the subjects that are not Java. */
final class PeerProgram implements AutoCloseable {
    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;

    private PeerProgram(Process process) {
        this.process = process;
        this.requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static PeerProgram start(Path program) {
        try {
            return new PeerProgram(new ProcessBuilder(program.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the subjects that the program was built with. */
    static List<String> subjects(Path program) {
        return Command.run(program.toString(), "subjects").lines().toList();
    }

    Subject subject(String name, Arena arena) {
        return new Peer(this, name, arena);
    }

    private record Peer(PeerProgram program, String name, Arena arena) implements Subject {
        @Override
        public long[] perform(Work work, int count) {
            return program.ask(String.join(
                    " ",
                    name,
                    work.word(),
                    arena.directory().toString(),
                    arena.base().toString(),
                    Integer.toString(count)));
        }
    }

    private long[] ask(String request) {
        try {
            requests.write(request + "\n");
            requests.flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new IllegalStateException("the program of the peers has ended at: " + request);
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
