package io.nspawn.config.nspawn;

/**
 * What changed in the reading of {@code .nspawn} files, by the first major version of systemd that has it. The behaviour
 * of 252, 257 and 262 is recorded; a change between two of them is put where the sources show it, or else at the first
 * version after the earlier one that is not known to lack it.
 */
final class Version {
    /** {@code Interface=}, {@code MACVLAN=} and {@code IPVLAN=} take {@code host:container}, and a bad name is fatal. */
    static final int INTERFACE_PAIRS = 254;

    /** A line of words with an open quote is dropped as a whole. */
    static final int WHOLE_LINES_OF_WORDS = 256;

    /** {@code PivotRoot=} takes normalized paths only. */
    static final int NORMALIZED_PIVOT_ROOT = 256;

    /** The greatest capability is 62. */
    static final int CAPABILITY_LIMIT = 256;

    /** A bad word of {@code CPUAffinity=} is passed over instead of failing the file. */
    static final int LENIENT_CPUS = 258;

    /** Section names with {@code * ? [}, and an empty one, fail the file. */
    static final int STRICT_HEADERS = 258;

    /** {@code PrivateUsers=managed} and {@code PrivateUsersOwnership=foreign}. */
    static final int MANAGED_USERS = 258;

    /** {@code MachineID=} takes {@code urn:uuid:}. */
    static final int URN_MACHINE_ID = 258;

    /** {@code RestrictAddressFamilies=} exists, and nspawn says when it is not given. */
    static final int ADDRESS_FAMILIES = 261;

    /** Without {@code PrivateUsersOwnership=}, {@code pick} and {@code managed} mean {@code auto}. */
    static final int OWNERSHIP_AUTO = 262;

    private Version() {}
}
