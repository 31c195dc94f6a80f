package io.nspawn.config;

/** A file that systemd-networkd or udev reads from a directory of network files. */
public sealed interface NetworkdFile extends TypedFile permits Netdev, Network, LinkPolicy {
    /** What the file's name ends in: {@code netdev}, {@code network} or {@code link}. */
    String extension();
}
