package io.nspawn.testkit.lab;

import io.nspawn.model.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A booted lab as this JVM holds it: the supervising script, whose open standard input is what keeps the lab alive.
 *
 * @param id the lab's name on this machine
 * @param script what runs commands inside
 * @param supervisor the script's process
 * @param said what it says: after each boot, and at its end
 * @param leader the lab's init, as this machine numbers it
 */
record LabProcess(String id, Path script, Process supervisor, Said said, ProcessHandle leader) {
    private static final Logger LOG = LoggerFactory.getLogger(LabProcess.class);
    private static final int KEPT = 8000;
    private static final long END_SECONDS = 30;
    private static final String ENDED = "ended";

    /** What comes out of the supervisor: how each boot went, and the lab's console. */
    record Said(BlockingQueue<String> states, TextTail console) {
        static Said by(Process supervisor) {
            Said said = new Said(new LinkedBlockingQueue<>(), new TextTail(KEPT));
            TextReader.start("nspawn-lab-console", supervisor.getErrorStream(), said.console);
            TextReader.start(
                    "nspawn-lab-state",
                    supervisor.getInputStream(),
                    new TextTail(KEPT),
                    said.states::add,
                    () -> said.states.add(ENDED));
            return said;
        }
    }

    static LabProcess boot(
            String id,
            Path script,
            Path seed,
            Map<String, String> environment,
            List<String> arguments,
            Duration deadline) {
        List<String> command = new ArrayList<>(List.of("/bin/bash", script.toString(), "run", id));
        command.add("/run/nspawn-lab/" + id);
        command.add(seed.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process supervisor;
        try {
            supervisor = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start the lab " + id, e);
        }
        try {
            Said said = Said.by(supervisor);
            awaitBoot(id, supervisor, said, deadline);
            return new LabProcess(id, script, supervisor, said, leader(supervisor));
        } catch (RuntimeException e) {
            end(id, supervisor);
            throw e;
        }
    }

    /**
     * Waits until the lab, which was told to reboot, is up again.
     *
     * @return the same lab, with its new init
     */
    LabProcess rebooted(Duration deadline) {
        awaitBoot(id, supervisor, said, deadline);
        return new LabProcess(id, script, supervisor, said, leader(supervisor));
    }

    private static void awaitBoot(String id, Process supervisor, Said said, Duration deadline) {
        try {
            String state = Objects.requireNonNullElse(
                    said.states.poll(deadline.toMillis(), TimeUnit.MILLISECONDS),
                    "no word in " + Failure.span(deadline));
            if (!state.equals("ready running") && !state.equals("ready degraded")) {
                // The end of the state is seen before the last of the console.
                supervisor.waitFor(1, TimeUnit.SECONDS);
                throw new LabException("The lab " + id + " did not boot: " + state + "\n" + said.console.text());
            }
            LOG.info("Started the lab {}: {}", id, state);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("Interrupted while the lab " + id + " booted", e);
        }
    }

    private static ProcessHandle leader(Process supervisor) {
        return supervisor
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/systemd-nspawn"))
                .flatMap(ProcessHandle::children)
                .findFirst()
                .orElseThrow(() -> new LabException("The lab's systemd-nspawn has ended"));
    }

    void end() {
        end(id, supervisor);
    }

    private static void end(String id, Process supervisor) {
        try {
            supervisor.getOutputStream().close();
            if (!supervisor.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                kill(supervisor);
                throw new LabException("The lab " + id + " did not end in " + END_SECONDS + " s and was killed");
            }
            LOG.info("Ended the lab {}", id);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot end the lab " + id, e);
        } catch (InterruptedException e) {
            kill(supervisor);
            Thread.currentThread().interrupt();
        }
    }

    /** Kills a process and all that it has started. */
    static void kill(Process process) {
        List<ProcessHandle> below = process.descendants().toList();
        below.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
