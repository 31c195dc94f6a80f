package io.nspawn.testkit;

import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ExecResult;
import io.nspawn.model.Failure;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Outcome;
import io.nspawn.testkit.ExecScript.Reply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Runs commands in containers: asks the scripts, latest first, then what the fake knows by itself. */
final class FakeExec {
    private static final int NOT_FOUND = 127;

    private final FakeMachines machines;
    private final FakePool pool;
    private final Ping ping;
    private final VirtualClock clock;
    private final Deque<ExecScript> scripts = new ArrayDeque<>();

    FakeExec(FakeMachines machines, FakePool pool, Ping ping, VirtualClock clock) {
        this.machines = machines;
        this.pool = pool;
        this.ping = ping;
        this.clock = clock;
    }

    void add(ExecScript script) {
        scripts.push(script);
    }

    void reset() {
        scripts.clear();
    }

    ExecResult run(MachineName machine, List<String> command, Duration deadline) {
        FakeContainer container = Optional.ofNullable(machines.running().get(machine))
                .orElseThrow(() -> new NotFoundException(Failure.of("exec", machine.value(), "it does not run")
                        .named("org.freedesktop.machine1.NoSuchMachine")
                        .remedy("Start it first.")));
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a command has at least a program");
        }
        Reply reply = scripts.stream()
                .flatMap(script -> script.answer(machine, command).stream())
                .findFirst()
                .orElseGet(() -> byItself(machine, container, command));
        if (reply.took().compareTo(deadline) > 0) {
            clock.advance(deadline);
            throw new DeadlineExceededException(
                    Failure.of("exec", machine.value(), command + " did not end in " + deadline + " and was killed")
                            .outcome(Outcome.UNKNOWN));
        }
        clock.advance(reply.took());
        return new ExecResult(reply.exitCode(), reply.stdout(), reply.stderr(), reply.took());
    }

    private Reply byItself(MachineName machine, FakeContainer container, List<String> command) {
        String program = command.get(0);
        return switch (program.substring(program.lastIndexOf('/') + 1)) {
            case "true" -> Reply.ok("");
            case "false" -> Reply.failed(1, "");
            case "hostname" -> Reply.ok(hostname(machine, container) + "\n");
            case "ping" -> ping.run(machine, container, command.subList(1, command.size()));
            default -> Reply.failed(NOT_FOUND, program + ": No such file or directory\n");
        };
    }

    private String hostname(MachineName machine, FakeContainer container) {
        Optional<String> own = pool.find(machine.value()).flatMap(r -> r.text("etc/hostname"));
        return container.boots() ? own.map(String::strip).orElse(machine.value()) : machine.value();
    }
}
