package io.nspawn.dbus;

import java.util.Map;
import java.util.OptionalLong;

/**
 * An image's properties (org.freedesktop.machine1(5)). Bytes are known where the file system counts them: quotas, for a
 * subvolume.
 *
 * @param name its name
 * @param type {@code directory}, {@code subvolume}, {@code raw}, {@code block}
 * @param path where it is
 * @param readOnly whether it may not be changed
 * @param usage bytes that it refers to, shared ones too
 * @param usageExclusive bytes that it shares with nobody
 * @param limit how many bytes it may refer to
 * @param limitExclusive how many bytes of its own it may have
 */
public record ImageStatus(
        String name,
        String type,
        String path,
        boolean readOnly,
        OptionalLong usage,
        OptionalLong usageExclusive,
        OptionalLong limit,
        OptionalLong limitExclusive) {

    static ImageStatus of(Map<String, Object> values) {
        PropertySet image = new PropertySet(values);
        return new ImageStatus(
                image.text("Name"),
                image.text("Type"),
                image.text("Path"),
                image.flag("ReadOnly"),
                image.counter("Usage"),
                image.counter("UsageExclusive"),
                image.counter("Limit"),
                image.counter("LimitExclusive"));
    }
}
