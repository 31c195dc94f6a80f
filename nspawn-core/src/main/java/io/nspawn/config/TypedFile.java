package io.nspawn.config;

import io.nspawn.model.SystemdVersion;

/**
 * A file of systemd's as a value: immutable, and holding nothing that some systemd from 252 on does not take; what only
 * some take is told by {@link #contentFor}. {@link TypedDocument} is one as somebody wrote it.
 */
public sealed interface TypedFile permits NetworkdFile, DropIn {
    /** The file, without header. */
    SystemdFile content();

    /**
     * The file for one systemd.
     *
     * @throws io.nspawn.model.UnsupportedException if that systemd lacks a key of it; names each and the version needed
     */
    SystemdFile contentFor(SystemdVersion version);
}
