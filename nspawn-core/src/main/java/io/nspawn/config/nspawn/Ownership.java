package io.nspawn.config.nspawn;

/** Whose files the container sees with user namespaces: {@code PrivateUsersOwnership=}. */
public enum Ownership implements Choice {
    OFF,
    /** Changes the owners in the image, file by file. */
    CHOWN,
    /** Maps them with an id-mapped mount. */
    MAP,
    /** The image belongs to the foreign range; since 258. */
    FOREIGN,
    /** {@link #MAP} where the filesystem can, else {@link #CHOWN}. */
    AUTO
}
