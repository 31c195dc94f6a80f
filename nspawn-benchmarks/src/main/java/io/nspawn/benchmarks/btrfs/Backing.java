package io.nspawn.benchmarks.btrfs;

import java.util.Locale;

/** What the file of a loop filesystem lies on. */
enum Backing {
    TMPFS,
    DISK;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
