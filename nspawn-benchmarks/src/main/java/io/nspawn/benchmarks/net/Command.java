package io.nspawn.benchmarks.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Programs of the host that set the stage; none is timed. */
final class Command {
    private Command() {}

    /** Runs a program to its end; one that fails is an error. */
    static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.onExit().join().exitValue();
            if (status != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": status " + status + ": " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
