package io.nspawn.spi;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The host's own files: unit drop-ins, {@code .nspawn} files, kernel settings. Paths are absolute. */
public interface HostFiles extends AutoCloseable {
    /** The content of a file; empty if nothing is there. */
    Optional<byte[]> read(Path file);

    boolean exists(Path path);

    /** When a file was last written; empty if nothing is there. */
    Optional<Instant> modified(Path file);

    /**
     * Creates or replaces files, each in one step and durably; parent directories are made (0755) where missing. A
     * symbolic link at a target is refused. Mode 0644, or that of the file replaced.
     */
    void replaceAll(Map<Path, byte[]> contents);

    /**
     * Writes to a file of the kernel ({@code /proc/sys/…}), which cannot be replaced.
     *
     * @throws io.nspawn.model.PermissionDeniedException if the kernel or a read-only mount refuses
     */
    void writeKernelSetting(Path file, String value);

    /**
     * How many more inotify instances root of the host can have, which the kernel tells in no file: so many are taken,
     * and given back at once.
     *
     * @param most where to stop counting, so that no more are taken for a moment than somebody wants to use
     */
    int spareInotifyInstances(int most);

    /** The entries of a directory; empty if there is no such directory. */
    List<Path> list(Path directory);

    /** Deletes a file, link or empty directory. Returns whether something was there. */
    boolean delete(Path path);

    /**
     * Takes a lock that other processes of this library see and that dies with its holder.
     *
     * @throws io.nspawn.model.BusyException if another holds it until the deadline
     */
    Lock lock(Path file, Duration deadline);

    @Override
    void close();

    /** A lock held; closing gives it back. */
    interface Lock extends AutoCloseable {
        @Override
        void close();
    }
}
