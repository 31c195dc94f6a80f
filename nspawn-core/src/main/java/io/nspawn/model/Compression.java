package io.nspawn.model;

/** How an export is compressed. */
public enum Compression {
    NONE,
    GZIP,
    BZIP2,
    XZ
}
