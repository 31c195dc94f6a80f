package io.nspawn.model;

import java.util.Objects;

/**
 * What one root of a pool takes, nested subvolumes included. Metadata is not counted, nor files so small that they lie
 * in it; what is not flushed yet is counted once it is.
 *
 * @param root the root's name
 * @param content the bytes of its files, as {@code btrfs filesystem du} counts them: length for length, uncompressed
 * @param disk the same on disk: each block of data once, compressed, and whole even if little of it is still in use
 */
public record PoolUsage(String root, Share content, Share disk) {
    public PoolUsage {
        Objects.requireNonNull(root);
        Objects.requireNonNull(content);
        Objects.requireNonNull(disk);
    }

    /**
     * Bytes, and whose they are.
     *
     * @param total all of them
     * @param exclusive those that no other subvolume of the filesystem refers to: what the root's removal would free
     */
    public record Share(long total, long exclusive) {
        /** Those that some other subvolume refers to as well, such as the image. */
        public long shared() {
            return total - exclusive;
        }
    }
}
