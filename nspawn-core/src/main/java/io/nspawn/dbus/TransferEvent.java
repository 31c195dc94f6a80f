package io.nspawn.dbus;

/** What importd tells of transfers. */
public sealed interface TransferEvent {

    /**
     * A transfer began ({@code TransferNew}).
     *
     * @param id its number
     * @param path its object path
     */
    record Began(long id, String path) implements TransferEvent {}

    /**
     * What a transfer has to say ({@code LogMessage}): the only place where the reason of a failure appears.
     *
     * @param path the transfer's object path
     * @param priority as of syslog(3): 3 is an error, 6 a note
     * @param line the text
     */
    record Said(String path, int priority, String line) implements TransferEvent {}

    /**
     * How far it has come ({@code ProgressUpdate}, systemd 256).
     *
     * @param path the transfer's object path
     * @param fraction 0 to 1
     */
    record Progressed(String path, double fraction) implements TransferEvent {}

    /**
     * A transfer is over ({@code TransferRemoved}).
     *
     * @param id its number
     * @param path the object path that it had
     * @param result {@code done}, {@code canceled} or {@code failed}
     */
    record Ended(long id, String path, String result) implements TransferEvent {}

    /** importd went away: what of its transfers was under way will not be told of again. */
    record Vanished() implements TransferEvent {}

    /** Events may have been missed: list the transfers anew. */
    record Resynced() implements TransferEvent {}
}
