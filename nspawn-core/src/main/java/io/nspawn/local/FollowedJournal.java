package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.NspawnException;
import io.nspawn.spi.JournalFollower;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A journal that a thread of its own follows. What is not taken holds the journal up, not the memory.
 */
final class FollowedJournal implements JournalFollower {
    private static final int AHEAD = 1000;
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofDays(3650);

    private final String subject;
    private final JournalSource source;
    private final BlockingQueue<JournalEntry> entries = new LinkedBlockingQueue<>(AHEAD);
    private volatile boolean closed;
    /** Set once nothing more will come. */
    private volatile Optional<RuntimeException> end = Optional.empty();

    private FollowedJournal(String subject, JournalSource source) {
        this.subject = subject;
        this.source = source;
    }

    static JournalFollower start(String subject, JournalSource source) {
        FollowedJournal journal = new FollowedJournal(subject, source);
        Thread thread = new Thread(journal::follow, "nspawn-journal-of-" + subject);
        thread.setDaemon(true);
        thread.start();
        return journal;
    }

    @Override
    public Optional<JournalEntry> next(Duration deadline) {
        Duration wait = deadline.compareTo(LONGEST) < 0 ? deadline : LONGEST;
        long until = System.nanoTime() + wait.toNanos();
        try {
            while (true) {
                if (closed) {
                    throw new IllegalStateException("the journal of " + subject + " is closed");
                }
                // Read before the queue is found empty: what came before the end is there by then.
                Optional<RuntimeException> over = end;
                long left = Math.min(until - System.nanoTime(), LOOK.toNanos());
                JournalEntry entry = entries.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
                if (entry != null) {
                    return Optional.of(entry);
                }
                if (over.isPresent()) {
                    throw over.get();
                }
                if (System.nanoTime() >= until) {
                    return Optional.empty();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedOperationException(Failure.of("follow the journal of", subject, "interrupted"), e);
        }
    }

    @Override
    public void close() {
        closed = true;
        source.stop();
    }

    private void follow() {
        try {
            source.run(new ExportParser(this::put));
            end = Optional.of(
                    new HostFailureException(Failure.of("follow the journal of", subject, "journalctl ended")));
        } catch (NspawnException | java.io.UncheckedIOException e) {
            end = Optional.of(e);
        }
    }

    private void put(JournalEntry entry) throws IOException {
        try {
            while (!entries.offer(entry, LOOK.toNanos(), TimeUnit.NANOSECONDS)) {
                if (closed) {
                    throw new IOException("the journal is closed");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
