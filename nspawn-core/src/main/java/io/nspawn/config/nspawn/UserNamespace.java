package io.nspawn.config.nspawn;

import io.nspawn.config.InvalidFileException;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * {@code PrivateUsers=}.
 *
 * @param mode how the range of ids is found
 * @param shift the host's id of the container's root, 0 to 2^32-2; empty where systemd finds it
 * @param range how many ids the container has, from 1; empty if only the ownership is set
 */
public record UserNamespace(Mode mode, OptionalLong shift, OptionalLong range) {
    private static final long DEFAULT_RANGE = 0x10000;

    public UserNamespace {
        Objects.requireNonNull(mode);
        Objects.requireNonNull(shift);
        Objects.requireNonNull(range);
    }

    /** How the range of ids is found. */
    public enum Mode {
        /** None: the container's root is the host's. */
        NO,
        /** It is given, or read from the owner of the image. */
        FIXED,
        /** A free one is picked at the start. */
        PICK,
        /** systemd-nsresourced gives one; in files since 258. */
        MANAGED
    }

    /** No user namespace. */
    public static UserNamespace none() {
        return found(Mode.NO);
    }

    /** A free range of 65536 ids. */
    public static UserNamespace pick() {
        return found(Mode.PICK);
    }

    /** The range that the owner of the image's root tells. */
    public static UserNamespace ofImage() {
        return found(Mode.FIXED);
    }

    /** Ids 0 to 65535 mapped to themselves: capabilities are confined, files are not. */
    public static UserNamespace identity() {
        return fixed(0, DEFAULT_RANGE);
    }

    /** A range from systemd-nsresourced; in files since 258. */
    public static UserNamespace managed() {
        return found(Mode.MANAGED);
    }

    /**
     * A given range.
     *
     * @throws IllegalArgumentException if it is empty, reaches beyond 2^32-1, or begins with 65535
     */
    public static UserNamespace fixed(long shift, long range) {
        if (!isValid(shift, range)) {
            throw new InvalidFileException(
                    0,
                    "PrivateUsers",
                    "does not take " + shift + ":" + range,
                    "a range of user ids has one or more, and ends below 4294967295");
        }
        return new UserNamespace(Mode.FIXED, OptionalLong.of(shift), OptionalLong.of(range));
    }

    static UserNamespace found(Mode mode) {
        return new UserNamespace(mode, OptionalLong.empty(), OptionalLong.of(DEFAULT_RANGE));
    }

    static boolean isValid(long shift, long range) {
        long max = 0xffff_ffffL;
        return shift >= 0 && shift != 0xffff && shift < max && range > 0 && range <= max && shift <= max - range;
    }
}
