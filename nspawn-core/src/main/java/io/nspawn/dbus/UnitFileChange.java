package io.nspawn.dbus;

/**
 * A link that enabling or disabling touched.
 *
 * @param kind {@code symlink} or {@code unlink}
 * @param link the link
 * @param target what it points to; empty for an unlink
 */
public record UnitFileChange(String kind, String link, String target) {

    static UnitFileChange of(Reply row) {
        return new UnitFileChange(row.text(0), row.text(1), row.text(2));
    }
}
