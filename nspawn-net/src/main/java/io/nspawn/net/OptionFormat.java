package io.nspawn.net;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How the kernel encodes a setting that is one number.
 *
 * @param attribute the type of the attribute
 * @param bytes its length: 1, 2 or 4
 * @param min the least value that is accepted
 * @param max the greatest
 */
record OptionFormat(int attribute, int bytes, long min, long max) {
    static OptionFormat flag(int attribute) {
        return new OptionFormat(attribute, 1, 0, 1);
    }

    long check(Enum<?> option, long value) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(option + " is " + min + " to " + max + ", not " + value);
        }
        return value;
    }

    void encode(MessageEncoder out, long value) {
        switch (bytes) {
            case 1 -> out.u8(attribute, (int) value);
            case 2 -> out.u16(attribute, (int) value);
            default -> out.u32(attribute, value);
        }
    }

    OptionalLong read(Attributes data) {
        return switch (bytes) {
            case 1 -> widen(data.u8(attribute));
            case 2 -> widen(data.u16(attribute));
            default -> data.u32(attribute);
        };
    }

    private static OptionalLong widen(OptionalInt value) {
        return value.isPresent() ? OptionalLong.of(value.getAsInt()) : OptionalLong.empty();
    }
}
