package io.nspawn.spi;

import io.nspawn.model.JournalEntry;
import java.time.Duration;
import java.util.Optional;

/** A journal that is followed; closing it ends the following. Thread-safe. */
public interface JournalFollower extends AutoCloseable {
    /**
     * Waits for the next entry.
     *
     * @return empty if none came in time
     * @throws io.nspawn.model.NotFoundException if the container stopped, and all entries were taken
     * @throws io.nspawn.model.InterruptedOperationException if the thread is interrupted
     * @throws IllegalStateException if it is closed
     */
    Optional<JournalEntry> next(Duration deadline);

    @Override
    void close();
}
