// Runs programs in a container: exit code, both outputs, input, user, deadline. Reads its journal and follows it.
//
//     ./example exec-and-logs            on the host in memory, where answers are scripted
//     ./example exec-and-logs --lab      on a real host that is thrown away after (root)
package io.nspawn.examples;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ExecResult;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.MachineName;
import io.nspawn.spi.JournalFollower;
import io.nspawn.testkit.ExecScript.Reply;
import io.nspawn.testkit.FakeHost;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Programs and journals inside. */
public final class ExecAndLogs {
    private static final String NAME = "tools";

    private ExecAndLogs() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        Stage.play(ExecAndLogs.class, arguments, ExecAndLogs::script, ExecAndLogs::show);
    }

    private static void show(Host host, String image) {
        Container tools =
                host.deploy(ContainerSpec.named(NAME).image(image).boots().build());
        tools.awaitReady(Duration.ofSeconds(60));

        ExecResult units = tools.exec("systemctl", "is-system-running", "--wait");
        System.out.println(
                "exit code " + units.exitCode() + ": " + units.stdout().strip());
        ExecResult sorted = tools.exec(
                ExecSpec.of("sort").stdin("pear\napple\n").user("nobody").environment("LC_ALL", "C"));
        System.out.println("sorted: " + sorted.stdout().lines().toList());
        ExecResult wrong = tools.exec("ls", "/no-such-directory");
        System.out.println(
                "exit code " + wrong.exitCode() + ": " + wrong.stderr().strip());
        try {
            tools.exec(Duration.ofMillis(500), "sleep", "60"); // killed inside too
        } catch (DeadlineExceededException e) {
            System.out.println(e.getMessage());
        }

        // With the last entries: what is logged before the following has begun is among them.
        try (JournalFollower journal = tools.followJournal(JournalQuery.LATEST.lines(100))) {
            tools.exec("logger", "--tag", "example", "hello from inside");
            Optional<JournalEntry> entry = journal.next(Duration.ofSeconds(10));
            while (entry.isPresent() && !entry.get().message().contains("hello")) {
                entry = journal.next(Duration.ofSeconds(10));
            }
            System.out.println("heard: " + entry.map(JournalEntry::message).orElse("nothing"));
        }
        List<JournalEntry> last = tools.unitJournal(JournalQuery.LATEST.lines(3));
        System.out.println("the last " + last.size() + " of its unit's journal, on the host:");
        last.forEach(line -> System.out.println("  " + line));
        tools.remove();
    }

    /** In memory no program runs: what each would say is said here. */
    private static void script(FakeHost host) {
        host.onExec((MachineName machine, List<String> command) -> switch (command.get(0)) {
            case "systemctl" -> Optional.of(Reply.ok("running\n"));
            case "sort" -> Optional.of(Reply.ok("apple\npear\n"));
            case "ls" ->
                Optional.of(Reply.failed(2, "ls: cannot access '/no-such-directory': No such file or directory\n"));
            case "sleep" -> Optional.of(new Reply(0, "", "", Duration.ofSeconds(60)));
            case "logger" -> {
                host.log(NAME, "example.service", command.get(command.size() - 1));
                yield Optional.of(Reply.ok(""));
            }
            default -> Optional.empty();
        });
    }
}
