package io.nspawn.btrfs;

/**
 * The data that a subvolume, or several together, refer to, and how much of it nobody else does. Metadata and data kept
 * inside it are not counted.
 *
 * @param content the bytes of all file extents, holes left out: what {@code btrfs filesystem du} calls the total
 * @param exclusiveContent those of extents that no other subvolume of the filesystem refers to
 * @param disk the bytes of the data extents on disk: each once, compressed, and whole however little of it is in use
 * @param exclusiveDisk those that no other subvolume refers to: what a deletion would free
 */
public record DataUsage(long content, long exclusiveContent, long disk, long exclusiveDisk) {}
