package io.nspawn.dbus;

/** What PID 1 tells of jobs. */
public sealed interface JobEvent {

    /**
     * A job was queued.
     *
     * @param unit the unit that it is for
     */
    record Queued(String unit) implements JobEvent {}

    /**
     * A job is over.
     *
     * @param unit the unit that it was for
     * @param result {@code done}, {@code failed}, {@code canceled}, {@code timeout}, …
     */
    record Ended(String unit, String result) implements JobEvent {}

    /** Events may have been missed. */
    record Resynced() implements JobEvent {}
}
