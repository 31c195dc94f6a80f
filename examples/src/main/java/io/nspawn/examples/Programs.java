package io.nspawn.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Programs of the host that an example needs beside the library. */
final class Programs {
    private Programs() {}

    /** The first word about an example that only root can run. */
    static void requireRoot() {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new IllegalStateException("it changes what only root may; run it as root");
        }
    }

    /** Runs one to its end. */
    static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(List.of(command) + " failed: " + said);
        }
    }
}
