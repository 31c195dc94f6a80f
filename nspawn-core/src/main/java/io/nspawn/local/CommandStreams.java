package io.nspawn.local;

import io.nspawn.dbus.Descriptor;
import io.nspawn.dbus.Variant;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.Failure;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The pipes between a command in a container and this process, and the threads that serve them: one for both outputs, one
 * for the input if there is any. Each thread closes what it used when it ends, so that nothing is closed under it.
 */
final class CommandStreams implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;
    /** Who runs the command may not be who made the pipe, and may want to open {@code /dev/stdout} by its name. */
    private static final int ANYBODY = 0666;

    private static final int OUT = 0;
    private static final int ERR = 1;
    private static final int ENDED = 2;
    private static final int GONE = 3;

    private final Native os;
    private final ContainerRoot root;
    private final Wakeup ended;
    private final List<Descriptor> theirs = new ArrayList<>();
    private final Map<String, Variant> properties = new LinkedHashMap<>();
    private final CommandOutput stdout;
    private final CommandOutput stderr;
    private final Optional<CommandInput> stdin;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private boolean started;

    CommandStreams(Native os, ContainerRoot root, ExecSpec spec) {
        this.os = os;
        this.root = root;
        this.ended = new Wakeup(os);
        this.stdout = new CommandOutput(os, output("StandardOutput"), spec.stdout(), spec.kept());
        this.stderr = new CommandOutput(os, output("StandardError"), spec.stderr(), spec.kept());
        this.stdin = spec.stdin()
                .map(source -> new CommandInput(
                        os, source, input("StandardInput"), root.machine().value(), done::completeExceptionally));
    }

    /** What makes a transient service use these streams. */
    Map<String, Variant> properties() {
        return properties;
    }

    /** Serves the streams from now on; the other ends have been passed on. */
    void start() {
        closeTheirs();
        started = true;
        Thread pump = new Thread(this::pump, "nspawn-exec-in-" + root.machine());
        pump.setDaemon(true);
        pump.start();
        stdin.ifPresent(CommandInput::start);
    }

    /** The command has ended: what it wrote is taken, and that is all. */
    void commandEnded() {
        ended.signal();
    }

    /** Ends with all that the command wrote taken, or with what went wrong. */
    CompletableFuture<Void> done() {
        return done;
    }

    byte[] stdout() {
        return stdout.kept();
    }

    byte[] stderr() {
        return stderr.kept();
    }

    /** Lets the threads end. One that is held up by a stream of the caller ends when that lets go of it. */
    @Override
    public void close() {
        if (started) {
            ended.signal();
            stdin.ifPresent(CommandInput::close);
        } else {
            closeTheirs();
            closeOurs();
            stdin.ifPresent(CommandInput::discard);
        }
    }

    private void pump() {
        try {
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
            Poll poll = new Poll(os, 4);
            ended.watch(poll, ENDED);
            poll.watch(GONE, root.process(), Poll.READ);
            do {
                serve(poll, buffer);
            } while (!poll.isReady(ENDED) && !poll.isReady(GONE));
            stdout.takeTheRest(buffer);
            stderr.takeTheRest(buffer);
            if (poll.isReady(ENDED)) {
                done.complete(null);
            } else {
                done.completeExceptionally(stopped());
            }
        } catch (IOException | RuntimeException e) {
            done.completeExceptionally(e);
        } finally {
            closeOurs();
        }
    }

    private void serve(Poll poll, ByteBuffer buffer) throws IOException {
        stdout.watch(poll, OUT);
        stderr.watch(poll, ERR);
        poll.await();
        if (poll.isReady(OUT)) {
            stdout.take(buffer);
        }
        if (poll.isReady(ERR)) {
            stderr.take(buffer);
        }
    }

    private NotFoundException stopped() {
        return new NotFoundException(
                Failure.of("exec in", root.machine().value(), "the container stopped while the command ran")
                        .outcome(Outcome.UNKNOWN));
    }

    private int output(String stream) {
        int[] ends = os.pipe();
        pass(stream, ends[1]);
        return ends[0];
    }

    private int input(String stream) {
        int[] ends = os.pipe();
        pass(stream, ends[0]);
        return ends[1];
    }

    private void pass(String stream, int end) {
        os.changeMode(end, ANYBODY, "a pipe");
        Descriptor descriptor = Descriptor.adopt(end);
        theirs.add(descriptor);
        properties.put(stream + "FileDescriptor", new Variant("h", descriptor));
    }

    private void closeTheirs() {
        theirs.forEach(Descriptor::close);
        theirs.clear();
    }

    private void closeOurs() {
        stdout.close();
        stderr.close();
        ended.close();
    }
}
