package io.nspawn.local;

import io.nspawn.model.NspawnException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The host's journal, through journalctl(1): it has no interface on the bus. */
final class Journal {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int LINES = 20;

    private Journal() {}

    /**
     * The last lines that the processes of one run of a unit wrote themselves, oldest first; empty where the journal
     * cannot be read.
     *
     * @param invocation 32 hexadecimal digits
     */
    static List<String> ownLines(String invocation) {
        return lines(List.of("_SYSTEMD_INVOCATION_ID=" + invocation));
    }

    /**
     * The last lines of one run of a unit, what PID 1 says of it among them, oldest first; empty where the journal cannot
     * be read, since whoever asks is explaining a failure already.
     *
     * @param invocation 32 hexadecimal digits
     */
    static List<String> lastLines(String invocation) {
        return lines(List.of("_SYSTEMD_INVOCATION_ID=" + invocation, "+", "INVOCATION_ID=" + invocation));
    }

    private static List<String> lines(List<String> match) {
        List<String> command =
                new ArrayList<>(List.of("journalctl", "--lines=" + LINES, "--output=cat", "--no-pager", "--quiet"));
        command.addAll(match);
        try {
            // What a program says with its last breath may be on its way to the journal still.
            ChildProcess.run(List.of("journalctl", "--sync"), DEADLINE);
            return ChildProcess.run(command, DEADLINE).stdout().lines().toList();
        } catch (NspawnException e) {
            return List.of();
        }
    }
}
