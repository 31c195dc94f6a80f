package io.nspawn.model;

/** What an image is transferred as. */
public enum ImageFormat {
    /** An archive, compressed or not; becomes a subvolume. */
    TAR,
    /** A disk image, compressed or not; becomes a file, which machined lists and can start, and this library does not clone. */
    RAW
}
