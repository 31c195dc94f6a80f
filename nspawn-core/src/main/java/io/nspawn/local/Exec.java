package io.nspawn.local;

import io.nspawn.dbus.Job;
import io.nspawn.dbus.JobMode;
import io.nspawn.dbus.JobResult;
import io.nspawn.dbus.KillWhom;
import io.nspawn.dbus.ProcessEnd;
import io.nspawn.dbus.Systemd;
import io.nspawn.dbus.Variant;
import io.nspawn.model.ConnectionLostException;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ExecResult;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a command in a container as a transient service of its own systemd, so that it stands in its control group. No
 * process is made on the host: the container's bus is spoken to as its root (see {@link ContainerRoot}), and the ends of
 * pipes are passed over it.
 *
 * <p>A oneshot service's start ends with its command, so one signal tells the end of it.
 */
final class Exec {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final int SIGKILL = 9;
    /** How much longer than the deadline the command has where this process dies before that. */
    private static final Duration GRACE = Duration.ofSeconds(10);
    /** What those have that a command leaves behind, between SIGTERM and SIGKILL. */
    private static final Duration LEFTOVERS = Duration.ofSeconds(2);

    private final Native os;
    private final ContainerRoot root;
    private final ExecSpec spec;
    private final Duration deadline;
    private final long start = System.nanoTime();
    private final String unit = "nspawn-exec-" + UUID.randomUUID() + ".service";

    Exec(Native os, ContainerRoot root, ExecSpec spec, Duration deadline) {
        this.os = os;
        this.root = root;
        this.spec = spec;
        this.deadline = deadline.compareTo(LONGEST) < 0 ? deadline : LONGEST;
    }

    ExecResult run() {
        Duration call = deadline.compareTo(CALL) < 0 ? deadline : CALL;
        try (ContainerBus bus = ContainerBus.open(os, root, call);
                CommandStreams streams = new CommandStreams(os, root, spec)) {
            Job job = start(bus.systemd(), streams);
            try {
                await(job, streams);
            } catch (RuntimeException e) {
                kill(bus.systemd());
                throw e;
            }
            return result(bus.systemd(), job, streams);
        } catch (ConnectionLostException e) {
            throw new NotFoundException(failure("its bus hung up, as when it goes down"), e);
        }
    }

    private Job start(Systemd systemd, CommandStreams streams) {
        Map<String, Variant> properties = new HashMap<>(streams.properties());
        List<String> words =
                spec.command().stream().map(word -> word.replace("$", "$$")).toList();
        List<Object> command = List.of(spec.command().get(0), words, false);
        properties.put("ExecStart", new Variant("a(sasb)", List.of(command)));
        properties.put(
                "Description", new Variant("s", "exec of " + spec.command().get(0)));
        properties.put("Type", new Variant("s", "oneshot"));
        properties.put("AddRef", new Variant("b", true));
        properties.put("CollectMode", new Variant("s", "inactive-or-failed"));
        properties.put("User", new Variant("s", spec.user()));
        properties.put("IgnoreSIGPIPE", new Variant("b", false));
        properties.put("TimeoutStartUSec", new Variant("t", micros(deadline.plus(GRACE))));
        properties.put("TimeoutStopUSec", new Variant("t", micros(LEFTOVERS)));
        spec.workingDirectory().ifPresent(path -> properties.put("WorkingDirectory", new Variant("s", path)));
        if (!spec.environment().isEmpty()) {
            List<String> variables = spec.environment().entrySet().stream()
                    .map(variable -> variable.getKey() + "=" + variable.getValue())
                    .toList();
            properties.put("Environment", new Variant("as", variables));
        }
        return systemd.startTransientUnit(unit, JobMode.FAIL, properties);
    }

    private void await(Job job, CommandStreams streams) {
        streams.start();
        CompletableFuture<?> told = job.toCompletableFuture().whenComplete((result, failure) -> {
            if (failure != null) {
                streams.done().completeExceptionally(failure);
            }
            streams.commandEnded();
        });
        LOG.trace("{} runs {}: {}", unit, spec, told);
        try {
            streams.done().get(deadline.toNanos() - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new DeadlineExceededException(
                    failure("did not end within " + Failure.span(deadline) + " and was killed"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedOperationException(failure("interrupted; it was killed"), e);
        } catch (ExecutionException e) {
            throw unchecked(e);
        }
    }

    private ExecResult result(Systemd systemd, Job job, CommandStreams streams) {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        if (job.await(CALL) == JobResult.DONE) {
            return ExecResult.of(0, streams.stdout(), streams.stderr(), took);
        }
        ProcessEnd end = systemd.mainProcessEnd(unit)
                .orElseThrow(() -> new HostFailureException(failure("its systemd could not run it: "
                                + systemd.serviceResult(unit) + " (systemd.service(5), $SERVICE_RESULT)")
                        .outcome(Outcome.NOT_APPLIED)));
        return end.bySignal()
                ? ExecResult.killed(end.status(), streams.stdout(), streams.stderr(), took)
                : ExecResult.of(end.status(), streams.stdout(), streams.stderr(), took);
    }

    /** It goes on when this process lets go of it, and has to be killed where it runs. */
    private void kill(Systemd systemd) {
        if (root.hasEnded()) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            systemd.withTimeout(CALL).killUnit(unit, KillWhom.ALL, SIGKILL);
        } catch (NotFoundException e) {
            LOG.debug("{} in {} had ended by itself", unit, root.machine());
        } catch (NspawnException e) {
            LOG.warn("{} in {} may still run: {}", unit, root.machine(), e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Failure failure(String reason) {
        return Failure.of("exec in", root.machine().value(), spec.command().get(0) + ": " + reason)
                .outcome(Outcome.UNKNOWN);
    }

    private static RuntimeException unchecked(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException known) {
            return known;
        }
        return e.getCause() instanceof IOException io
                ? new UncheckedIOException("a stream of the command's caller failed", io)
                : new IllegalStateException(e.getCause());
    }

    private static long micros(Duration duration) {
        return TimeUnit.MICROSECONDS.convert(duration);
    }
}
