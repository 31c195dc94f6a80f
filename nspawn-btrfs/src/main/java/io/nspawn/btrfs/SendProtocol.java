package io.nspawn.btrfs;

/** The version of the format that a subvolume is sent in. */
public enum SendProtocol {
    /** Understood by every receiver. */
    V1(1),
    /** Has the time of creation, larger writes and compressed data (Linux 6.0; btrfs-progs 5.19 to receive it). */
    V2(2);

    private final int number;

    SendProtocol(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
