package io.nspawn.local;

import io.nspawn.model.ExecResult;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.MachineName;
import io.nspawn.spi.JournalFollower;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the host's journal has of a machine's unit. */
final class UnitJournal {
    private UnitJournal() {}

    static List<JournalEntry> read(MachineName machine, JournalQuery query, Duration deadline) {
        List<JournalEntry> entries = new ArrayList<>();
        ExecResult result = ChildProcess.run(JournalCommand.reading(query.unit(machine.unit())), deadline);
        if (!result.ok() && !result.stderr().isBlank()) {
            throw new HostFailureException(Failure.of(
                    "read the journal of", machine.unit(), result.stderr().strip()));
        }
        try (OutputStream parser = new ExportParser(entries::add)) {
            parser.write(result.stdoutBytes());
        } catch (IOException e) {
            throw new HostFailureException(
                    Failure.of("read the journal of", machine.unit(), String.valueOf(e.getMessage())), e);
        }
        return List.copyOf(entries);
    }

    static JournalFollower follow(MachineName machine, JournalQuery query) {
        List<String> command = JournalCommand.following(query.unit(machine.unit()));
        return FollowedJournal.start(machine.value(), new HostJournal(command));
    }
}
