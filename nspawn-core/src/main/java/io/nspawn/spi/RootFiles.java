package io.nspawn.spi;

import java.util.List;
import java.util.Optional;

/**
 * The files of one root. Its content is hostile: paths are taken relative to the root, symbolic links are resolved
 * within it, and no path can leave it.
 *
 * <p>Not safe for use by several threads.
 */
public interface RootFiles extends AutoCloseable {
    /** The content of a regular file of at most 1 MiB; empty if nothing is there. */
    Optional<byte[]> read(String path);

    /**
     * Creates or replaces a file, and its parent directories (mode 0755) where they are missing. A symbolic link at the
     * path itself is replaced, not followed.
     *
     * @param mode permission bits, such as {@code 0644}
     */
    void write(String path, byte[] content, int mode);

    /**
     * Writes into the file that is there, or creates it as {@link #write} does where there is none or something other
     * than a regular file. Not one step, and so only for roots that are still hidden; but a clone's file that keeps its
     * place makes the least of the tree the clone's own.
     */
    void overwrite(String path, byte[] content, int mode);

    /** Creates or replaces a symbolic link; its target is not looked at. */
    void link(String path, String target);

    /** The names in a directory, without {@code .} and {@code ..}; empty if there is no such directory. */
    List<String> list(String directory);

    /** Deletes a file, a link, or a directory with all in it. Returns whether something was there. */
    boolean delete(String path);

    @Override
    void close();
}
