package io.nspawn.model;

/** A watcher's subscription; closing it ends the telling. */
public interface Watch extends AutoCloseable {
    @Override
    void close();
}
