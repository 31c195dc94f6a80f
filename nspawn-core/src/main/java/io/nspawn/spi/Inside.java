package io.nspawn.spi;

import io.nspawn.model.ExecResult;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The inside of one container that runs; each call finds it anew. */
public interface Inside {
    /**
     * Runs a command, in the container's control group, without a terminal.
     *
     * @param deadline how long it has, whatever the spec says
     * @throws io.nspawn.model.NotFoundException if the container does not run, or stops while the command runs
     * @throws io.nspawn.model.DeadlineExceededException if it does not end in time; it is killed
     * @throws io.nspawn.model.InterruptedOperationException if the thread is interrupted; it is killed
     * @throws io.nspawn.model.HostFailureException if there is no systemd with D-Bus inside, or more is written than kept
     * @throws java.io.UncheckedIOException if a stream of the spec fails; it is killed
     */
    ExecResult exec(ExecSpec spec, Duration deadline);

    /**
     * Starts a program on a new pseudo terminal.
     *
     * @param command empty for the user's login shell
     * @throws io.nspawn.model.NotFoundException if the container does not run
     * @throws io.nspawn.model.HostFailureException if there is no systemd with D-Bus inside
     */
    Terminal shell(String user, List<String> command, Map<String, String> environment);

    /**
     * Copies a file or tree of the host into the container, where it belongs to the container's root.
     *
     * @param target absolute; its parent is there
     * @throws io.nspawn.model.NotFoundException if the container does not run, or the source or the target's parent is not
     *     there
     */
    void copyTo(Path source, String target, boolean replace, Duration deadline);

    /** Copies a file or tree of the container to the host, where it belongs to root. */
    void copyFrom(String source, Path target, boolean replace, Duration deadline);

    /**
     * Opens a file inside for reading, as the container sees it. Only a regular one; to be closed by the caller.
     *
     * @throws io.nspawn.model.NotFoundException if the container does not run, or there is no regular file
     */
    InputStream read(String path);

    /**
     * Creates or replaces a file inside in one step, from a stream; it belongs to the container's root.
     *
     * @param mode permission bits
     * @throws io.nspawn.model.NotFoundException if the container does not run, or the parent directory is not there
     * @throws java.io.UncheckedIOException if the stream fails; the file is as it was
     */
    void write(String path, InputStream content, int mode);

    /**
     * Binds a file or directory of the host into the container, until it stops.
     *
     * @throws io.nspawn.model.UnsupportedException if the container has a user namespace
     */
    void bind(Path source, String target, boolean readOnly);

    /**
     * Reads the journal inside, oldest first.
     *
     * @throws io.nspawn.model.HostFailureException if there is no systemd with D-Bus inside, or no journal
     */
    List<JournalEntry> journal(JournalQuery query, Duration deadline);

    /** Follows the journal inside; returns once the command that does it was asked for. */
    JournalFollower followJournal(JournalQuery query);
}
