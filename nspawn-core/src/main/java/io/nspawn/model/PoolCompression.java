package io.nspawn.model;

import java.util.Optional;

/**
 * How a btrfs pool compresses what is written to it (btrfs(5), mount option {@code compress}). What is on it already
 * stays as it is.
 */
public enum PoolCompression {
    /** Not at all: bytes of files are bytes on disk. */
    NONE(Optional.empty()),
    /** Zstandard at level 1: about half the space of an operating system, for little CPU time. */
    ZSTD(Optional.of("compress=zstd:1")),
    /** LZO: less gain, less CPU time. */
    LZO(Optional.of("compress=lzo")),
    /** zlib, for kernels that must read it elsewhere: slow. */
    ZLIB(Optional.of("compress=zlib"));

    private final Optional<String> mountOption;

    PoolCompression(Optional<String> mountOption) {
        this.mountOption = mountOption;
    }

    /** The mount option; empty if there is none to give. */
    public Optional<String> mountOption() {
        return mountOption;
    }
}
