package io.nspawn.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Who holds the lock of a file (flock(2)), as the kernel tells it: a line of {@code /proc/locks} has a number, the sort,
 * whether it is advisory, whether it is for writing, the process, and the file as {@code major:minor:inode} (proc(5)).
 */
final class LockHolder {
    private static final Path LOCKS = Path.of("/proc/locks");
    private static final int FIELDS = 6;

    private LockHolder() {}

    /** The process; empty if nobody holds it, or one of another process namespace. */
    static OptionalLong of(Path file) {
        try {
            Object inode = Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
            return of(Files.readAllLines(LOCKS), String.valueOf(inode));
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** The device is left out: btrfs and overlayfs tell another one here than stat(2) does. */
    static OptionalLong of(List<String> locks, String inode) {
        return locks.stream()
                .map(line -> List.of(line.strip().split("\\s+", -1)))
                .filter(words -> words.size() >= FIELDS
                        && words.get(1).equals("FLOCK")
                        && words.get(FIELDS - 1).endsWith(":" + inode))
                .mapToLong(words -> Long.parseLong(words.get(FIELDS - 2)))
                .filter(process -> process > 0)
                .findFirst();
    }
}
