/** Subvolumes: this library, libbtrfsutil and the btrfs command, on loop filesystems in memory and on disk. */
@NullMarked
package io.nspawn.benchmarks.btrfs;

import org.jspecify.annotations.NullMarked;
