package io.nspawn.dbus;

import java.util.Objects;

/**
 * A value that carries its type, for sending.
 *
 * @param signature one complete type
 * @param value a value of that type, as {@link Bus} lists them
 */
public record Variant(String signature, Object value) {
    public Variant {
        Objects.requireNonNull(value);
        if (Syntax.endOfType(signature, 0) != signature.length()) {
            throw new IllegalArgumentException("a variant holds one complete type, not " + signature);
        }
    }
}
