package io.nspawn.config;

import io.nspawn.model.SystemdVersion;

/**
 * A file that systemd-networkd or udev reads from a directory of network files. It is immutable and holds nothing that
 * some systemd from 252 on does not take; what only some take is told by {@link #contentFor}.
 */
public sealed interface NetworkdFile permits Netdev, Network, LinkPolicy {
    /** What the file's name ends in: {@code netdev}, {@code network} or {@code link}. */
    String extension();

    /** The file, without header. */
    SystemdFile content();

    /**
     * The file for one systemd.
     *
     * @throws io.nspawn.model.UnsupportedException if that systemd lacks a key of it; names each and the version needed
     */
    SystemdFile contentFor(SystemdVersion version);
}
