package io.nspawn.testkit;

import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ExecResult;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Outcome;
import io.nspawn.testkit.ExecScript.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Runs commands in containers: asks the scripts, latest first, then what the fake knows by itself. */
final class FakeExec {
    /** What systemd makes of it (systemd.exec(5), "Process Exit Codes"). */
    private static final int NOT_FOUND = 203;

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

    ExecResult run(MachineName machine, ExecSpec spec, Duration deadline) {
        FakeContainer container = Optional.ofNullable(machines.running().get(machine))
                .orElseThrow(() -> new NotFoundException(Failure.of("exec in", machine.value(), "it does not run")
                        .named("org.freedesktop.machine1.NoSuchMachine")
                        .remedy("Start it first.")));
        byte[] stdin = read(spec);
        Reply reply = scripts.stream()
                .flatMap(script -> script.answer(machine, spec, stdin).stream())
                .findFirst()
                .orElseGet(() -> byItself(machine, container, spec.command(), stdin));
        if (reply.took().compareTo(deadline) > 0) {
            clock.advance(deadline);
            throw new DeadlineExceededException(Failure.of(
                            "exec in",
                            machine.value(),
                            spec.command().get(0) + ": did not end within " + Failure.span(deadline)
                                    + " and was killed")
                    .outcome(Outcome.UNKNOWN));
        }
        clock.advance(reply.took());
        byte[] stdout = written(reply.stdout(), spec.stdout(), spec.kept());
        byte[] stderr = written(reply.stderr(), spec.stderr(), spec.kept());
        return reply.exitCode() > Reply.KILLED
                ? ExecResult.killed(reply.exitCode() - Reply.KILLED, stdout, stderr, reply.took())
                : ExecResult.of(reply.exitCode(), stdout, stderr, reply.took());
    }

    /** What a terminal shows of a command; a shell without a script shows nothing. */
    String shown(MachineName machine, ExecSpec spec) {
        Optional<Reply> reply = scripts.stream()
                .flatMap(script -> script.answer(machine, spec, new byte[0]).stream())
                .findFirst();
        return reply.map(r -> r.stdout() + r.stderr()).orElse("");
    }

    private static byte[] read(ExecSpec spec) {
        try {
            return spec.stdin().isPresent() ? spec.stdin().get().readAllBytes() : new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException("a stream of the command's caller failed", e);
        }
    }

    /** What is kept of an output. */
    private static byte[] written(String text, Optional<OutputStream> sink, int most) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (sink.isEmpty()) {
            if (bytes.length > most) {
                throw new HostFailureException(Failure.of(
                                "read", "a command's output", "there is more than the " + most + " bytes that are kept")
                        .remedy("Let it go to a stream: ExecSpec.stdout, ExecSpec.stderr.")
                        .outcome(Outcome.UNKNOWN));
            }
            return bytes;
        }
        try {
            sink.get().write(bytes);
            sink.get().flush();
            return new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException("a stream of the command's caller failed", e);
        }
    }

    private Reply byItself(MachineName machine, FakeContainer container, List<String> command, byte[] stdin) {
        if (!container.boots()) {
            throw new HostFailureException(Failure.of("enter", machine.value(), "no bus answers inside")
                    .remedy("The container needs a running systemd and D-Bus inside."));
        }
        String program = command.get(0);
        return switch (program.substring(program.lastIndexOf('/') + 1)) {
            case "true" -> Reply.ok("");
            case "false" -> Reply.failed(1, "");
            case "cat" -> Reply.ok(new String(stdin, StandardCharsets.UTF_8));
            case "hostname" -> Reply.ok(hostname(machine, container) + "\n");
            case "networkctl" ->
                command.equals(List.of(program, "reload"))
                                && Networkd.run(pool.get("exec in", machine.value()), container)
                        ? Reply.ok("")
                        : Reply.failed(1, "Failed to reload network settings");
            case "ping" -> ping.run(machine, container, command.subList(1, command.size()));
            default -> Reply.failed(NOT_FOUND, "");
        };
    }

    private String hostname(MachineName machine, FakeContainer container) {
        Optional<String> own = pool.find(machine.value()).flatMap(r -> r.text("etc/hostname"));
        return container.boots() ? own.map(String::strip).orElse(machine.value()) : machine.value();
    }
}
