package io.nspawn.btrfs;

/**
 * A subvolume in a list.
 *
 * @param path where it lies, from the top level of the filesystem or from the subvolume that was asked
 * @param info what BTRFS knows of it
 */
public record ListedSubvolume(SubvolumePath path, SubvolumeInfo info) {}
