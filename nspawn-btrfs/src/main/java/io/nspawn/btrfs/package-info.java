/**
 * BTRFS filesystems and subvolumes, driven by ioctl.
 *
 * <p>{@link io.nspawn.btrfs.Directory} and {@link io.nspawn.btrfs.Subvolume} are open handles, on which everything is
 * done by single names; {@link io.nspawn.btrfs.Filesystem} is what concerns the filesystem as a whole;
 * {@link io.nspawn.btrfs.Subvolumes} does single operations by path. Linux on x86-64 and aarch64; the calls are
 * described in linux/btrfs.h and btrfs-ioctl(2).
 */
@NullMarked
package io.nspawn.btrfs;

import org.jspecify.annotations.NullMarked;
