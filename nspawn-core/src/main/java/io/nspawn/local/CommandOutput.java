package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** One output of a command: the end that is read here, and where what is read goes. Used by one thread. */
final class CommandOutput {
    /** As much as the largest pipe holds that a user may make (pipe(7)): more cannot be left of a command that ended. */
    private static final int LEFT = 1 << 20;

    private final Native os;
    private final int end;
    private final Optional<OutputStream> sink;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final int most;
    private boolean open = true;

    /**
     * An output that is open.
     *
     * @param sink where it goes; empty to keep it
     * @param most how many bytes are kept
     */
    CommandOutput(Native os, int end, Optional<OutputStream> sink, int most) {
        this.os = os;
        this.end = end;
        this.sink = sink;
        this.most = most;
    }

    boolean isOpen() {
        return open;
    }

    void watch(Poll poll, int place) {
        if (open) {
            poll.watch(place, end, Poll.READ);
        } else {
            poll.forget(place);
        }
    }

    /** Takes what is there, at most a buffer's worth; waits if nothing is. Returns how much. */
    int take(ByteBuffer buffer) throws IOException {
        buffer.clear();
        int count = os.read(end, buffer, "a command's output");
        if (count == 0) {
            open = false;
            return 0;
        }
        byte[] bytes = new byte[count];
        buffer.get(0, bytes);
        if (sink.isPresent()) {
            sink.get().write(bytes);
        } else {
            keep(bytes);
        }
        return count;
    }

    /** Takes what the command left, without waiting for those who might still hold the other end. */
    void takeTheRest(ByteBuffer buffer) throws IOException {
        Poll poll = new Poll(os, 1);
        int taken = 0;
        while (open && taken < LEFT) {
            poll.watch(0, end, Poll.READ);
            poll.look();
            if (!poll.isReady(0)) {
                break;
            }
            taken += take(buffer);
        }
        if (sink.isPresent()) {
            sink.get().flush();
        }
    }

    byte[] kept() {
        return kept.toByteArray();
    }

    void close() {
        os.close(end);
    }

    private void keep(byte[] bytes) {
        if (kept.size() + bytes.length > most) {
            throw new HostFailureException(
                    Failure.of("read", "a command's output", "there is more than the " + most + " bytes that are kept")
                            .remedy("Let it go to a stream: ExecSpec.stdout, ExecSpec.stderr.")
                            .outcome(Outcome.UNKNOWN));
        }
        kept.writeBytes(bytes);
    }
}
