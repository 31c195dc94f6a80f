/**
 * BTRFS filesystems and subvolumes, driven by ioctl.
 *
 * <p>{@link io.nspawn.btrfs.Directory} and {@link io.nspawn.btrfs.Subvolume} are open handles, on which everything is
 * done by single names; {@link io.nspawn.btrfs.Filesystem} is what concerns the filesystem as a whole;
 * {@link io.nspawn.btrfs.Subvolumes} does single operations by path.
 * {@link io.nspawn.btrfs.Subvolume#send} and {@link io.nspawn.btrfs.Directory#receive} take subvolumes from one
 * filesystem to another; {@link io.nspawn.btrfs.SendStreamReader} reads what goes between them:
 *
 * <pre>{@code
 * try (Subvolume snapshot = Subvolume.open(source);
 *         Subvolume before = Subvolume.open(earlier);
 *         SendChannel stream = snapshot.send(SendOptions.changesSince(before).compressed());
 *         Directory backups = Directory.open(target)) {
 *     backups.receive(stream);
 * }
 * }</pre>
 *
 * <p>Linux on x86-64 and aarch64; the calls are described in linux/btrfs.h and btrfs-ioctl(2).
 */
@NullMarked
package io.nspawn.btrfs;

import org.jspecify.annotations.NullMarked;
