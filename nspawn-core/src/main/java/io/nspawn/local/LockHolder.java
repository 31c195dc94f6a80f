package io.nspawn.local;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * Who holds the lock of a file (flock(2)), as the kernel tells it: a line of {@code /proc/locks} has a number, the sort,
 * whether it is advisory, whether it is for writing, the process, and the file as {@code major:minor:inode} (proc(5)).
 */
final class LockHolder {
    private static final Path LOCKS = Path.of("/proc/locks");
    private static final int FIELDS = 8;

    private LockHolder() {}

    /** The process; empty if nobody holds it, or one of another process namespace. */
    static OptionalLong of(Path file) {
        try {
            Object inode = Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
            return candidates(Files.readAllLines(LOCKS), String.valueOf(inode))
                    .filter(process -> hasOpen(process, file))
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** The device is left out: for some filesystems it is another one here than stat(2) tells. */
    private static LongStream candidates(List<String> locks, String inode) {
        return locks.stream()
                .map(line -> List.of(line.strip().split("\\s+", -1)))
                .filter(words -> words.size() >= FIELDS
                        && words.get(1).equals("FLOCK")
                        && words.get(FIELDS - 1).equals("EOF"))
                .filter(words -> words.get(FIELDS - 3).endsWith(":" + inode))
                .mapToLong(words -> Long.parseLong(words.get(FIELDS - 4)))
                .filter(process -> process > 0);
    }

    private static boolean hasOpen(long process, Path file) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc", Long.toString(process), "fd"))) {
            for (Path descriptor : open) {
                if (isSame(descriptor, file)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return false;
        }
        return false;
    }

    /** Descriptors come and go while they are looked at. */
    private static boolean isSame(Path descriptor, Path file) {
        try {
            return Files.isSameFile(descriptor, file);
        } catch (IOException e) {
            return false;
        }
    }
}
