package io.nspawn.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what the kernel tells about a pidfd. */
final class Pidfd {
    private static final String FIELD = "Pid:";

    private Pidfd() {}

    /**
     * Finds the process that a pidfd stands for.
     *
     * @return its number, not positive once it has ended
     * @throws IllegalArgumentException if it is no open pidfd
     */
    static long process(int pidfd) {
        try {
            return Files.readAllLines(Path.of("/proc/self/fdinfo/" + pidfd)).stream()
                    .filter(line -> line.startsWith(FIELD))
                    .map(line -> Long.parseLong(line.substring(FIELD.length()).strip()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("descriptor " + pidfd + " is no pidfd"));
        } catch (IOException e) {
            throw new IllegalArgumentException("descriptor " + pidfd + " is not open", e);
        }
    }
}
