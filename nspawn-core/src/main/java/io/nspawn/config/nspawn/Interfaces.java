package io.nspawn.config.nspawn;

import io.nspawn.net.InterfaceName;

/** Interface names by {@code ifname_valid()}. */
final class Interfaces {
    private Interfaces() {}

    /** Whether a text is a name; one that could be read as an index, such as {@code 0x10} or {@code +5}, is none. */
    static boolean isValid(String text) {
        return InterfaceName.isValid(text) && !isIndex(text);
    }

    private static boolean isIndex(String text) {
        try {
            return Numbers.int32(text) > 0;
        } catch (Unparsable notANumber) {
            return false;
        }
    }
}
