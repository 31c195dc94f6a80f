package io.nspawn.testkit;

import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import io.nspawn.spi.JournalFollower;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A fake's journal that is followed: waiting for it lets the host's time pass. */
final class FakeFollower implements JournalFollower {
    private final Supplier<List<JournalEntry>> journal;
    private final Runnable requireThere;
    private final JournalQuery query;
    private final VirtualClock clock;
    private int taken;
    private boolean closed;

    /**
     * A journal that is followed from now on.
     *
     * @param journal all of it
     * @param requireThere throws once nothing more can come
     */
    FakeFollower(Supplier<List<JournalEntry>> journal, Runnable requireThere, JournalQuery query, VirtualClock clock) {
        this.journal = journal;
        this.requireThere = requireThere;
        this.query = query;
        this.clock = clock;
        boolean gapless = query.since().isPresent() || query.cursor().isPresent();
        this.taken = gapless ? 0 : Math.max(0, chosen().size() - query.lines());
    }

    @Override
    public Optional<JournalEntry> next(Duration deadline) {
        if (closed) {
            throw new IllegalStateException("the journal is closed");
        }
        if (chosen().size() <= taken) {
            requireThere.run();
            clock.runUntil(() -> chosen().size() > taken, deadline);
        }
        return chosen().size() > taken ? Optional.of(chosen().get(taken++)) : Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
    }

    private List<JournalEntry> chosen() {
        return FakeJournal.chosen(journal.get(), query);
    }
}
