package io.nspawn.local;

import java.io.OutputStream;

/** A journal in the export format. */
interface JournalSource {
    /** Writes it to the sink, until it ends or is stopped; throws what keeps it from going on. */
    void run(OutputStream sink);

    /** Lets the run end, from another thread; harmless at any time. */
    void stop();
}
