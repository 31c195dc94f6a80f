package io.nspawn.dbus;

/**
 * A transfer of importd's that is under way.
 *
 * @param id its number, which the next importd gives anew
 * @param type {@code pull-tar}, {@code pull-raw}, {@code import-tar}, {@code import-raw}, {@code export-tar}, …
 * @param remote where it comes from, or goes to; empty for a descriptor
 * @param local the image
 * @param progress 0 to 1
 * @param path its object path
 */
public record ListedTransfer(long id, String type, String remote, String local, double progress, String path) {

    static ListedTransfer of(Reply row) {
        return new ListedTransfer(row.number(0), row.text(1), row.text(2), row.text(3), row.fraction(4), row.text(5));
    }
}
