package io.nspawn.model;

/** How a download is checked before it becomes an image. */
public enum Verify {
    /** Not at all. */
    NONE,
    /** Against {@code SHA256SUMS}, or {@code NAME.sha256}, beside it: finds accidents, not attackers. */
    CHECKSUM,
    /** The same, with the sums signed by a key of the host's keyring (importctl(1)); needs gpg on the host. */
    SIGNATURE
}
