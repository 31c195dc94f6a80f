package io.nspawn.testkit.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A part in the machine that all labs share, with its one kernel: of several at the same time, or of one alone. A lock of
 * processes, which is given back when this JVM ends, however that comes.
 *
 * <p>Whoever wants it alone waits until nobody has a part, and does not keep new ones off: somebody may need a second part
 * before he gives the first one back.
 */
final class MachineHold implements AutoCloseable {
    private static final Path LOCK = Path.of("/run/nspawn-lab/machine");
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final String HELD = "held";
    private static final int KEPT = 1000;

    private final Process holder;

    private MachineHold(Process holder) {
        this.holder = holder;
    }

    /** Waits for a part beside others. */
    static MachineHold shared() {
        return take("shared", LOCK, PATIENCE);
    }

    /** Waits until nobody else has a part. */
    static MachineHold alone() {
        return take("exclusive", LOCK, PATIENCE);
    }

    /** @throws LabUnavailableException if others do not give it back in time */
    static MachineHold take(String mode, Path lock, Duration patience) {
        Path script = LabScripts.extract(LabSeed.defaultCache()).lab();
        List<String> command = List.of("/bin/bash", script.toString(), "hold", mode, lock.toString());
        TextTail errors = new TextTail(KEPT);
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        Process holder;
        try {
            holder = new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot lock " + lock, e);
        }
        MachineHold hold = new MachineHold(holder);
        try {
            TextReader.start("nspawn-lab-hold-errors", holder.getErrorStream(), errors);
            TextReader.start(
                    "nspawn-lab-hold", holder.getInputStream(), new TextTail(KEPT), said::add, () -> said.add("ended"));
            String state = Objects.requireNonNullElse(said.poll(patience.toMillis(), TimeUnit.MILLISECONDS), "");
            if (state.isEmpty()) {
                throw new LabUnavailableException("Other labs were on this machine for " + patience
                        + ", and not all can be at the same time: " + lock + " is locked");
            }
            if (!state.equals(HELD)) {
                throw new LabException("Cannot lock " + lock + ": " + errors.text());
            }
            return hold;
        } catch (InterruptedException e) {
            hold.close();
            Thread.currentThread().interrupt();
            throw new LabException("Interrupted while other labs were on this machine", e);
        } catch (RuntimeException e) {
            hold.close();
            throw e;
        }
    }

    /** Gives it back: when this returns, others can have it. */
    @Override
    public void close() {
        boolean interrupted = false;
        try {
            holder.getOutputStream().close();
            holder.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            holder.destroy();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
