package io.nspawn.dbus;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An image as machined finds it.
 *
 * @param name its name
 * @param type {@code directory}, {@code subvolume}, {@code raw}, {@code block}, {@code mstack} (260)
 * @param readOnly whether it may not be changed
 * @param created when it was made, where the file system tells
 * @param modified when it was last changed, where it tells
 * @param usage bytes on disk, where quotas or the file tell
 * @param path its object path
 */
public record ListedImage(
        String name,
        String type,
        boolean readOnly,
        Optional<Instant> created,
        Optional<Instant> modified,
        OptionalLong usage,
        String path) {

    static ListedImage of(Reply row) {
        long usage = row.number(5);
        return new ListedImage(
                row.text(0),
                row.text(1),
                row.flag(2),
                time(row.number(3)),
                time(row.number(4)),
                usage == -1 ? OptionalLong.empty() : OptionalLong.of(usage),
                row.text(6));
    }

    private static Optional<Instant> time(long micros) {
        return micros == 0 || micros == -1
                ? Optional.empty()
                : Optional.of(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }
}
