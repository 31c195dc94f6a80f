package io.nspawn.config;

import io.nspawn.config.SystemdLine.Fatal;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file, or a value for one, that systemd would not take: what is wrong, where, and what would be right. */
public final class InvalidFileException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Path file;
    private final int line;
    private final String section;
    private final String key;
    private final String problem;
    private final String remedy;

    /**
     * Says what is wrong.
     *
     * @param line the physical line, from 1; 0 for a value that is not in a file yet
     * @param key the key, empty if none is concerned
     * @param problem what is wrong
     * @param remedy what would be right
     */
    public InvalidFileException(int line, String key, String problem, String remedy) {
        this(null, line, "", key, problem, remedy);
    }

    private InvalidFileException(
            @Nullable Path file, int line, String section, String key, String problem, String remedy) {
        super(place(file, line)
                + (section.isEmpty() ? "" : "[" + section + "] ")
                + (key.isEmpty() ? "" : key + "= ")
                + problem
                + "; "
                + remedy);
        this.file = file;
        this.line = line;
        this.section = section;
        this.key = key;
        this.problem = problem;
        this.remedy = remedy;
    }

    private static String place(@Nullable Path file, int line) {
        String where = file == null ? "" : file + ": ";
        return line > 0 ? where + "line " + line + ": " : where;
    }

    /** The same of a file that is known: what reads bytes does not know where they come from. */
    public InvalidFileException in(Path known) {
        return with(known, line);
    }

    /** The same of a line that is known: what checks values does not know where they stand. */
    InvalidFileException at(int known) {
        return with(file, known);
    }

    private InvalidFileException with(@Nullable Path knownFile, int knownLine) {
        InvalidFileException placed = new InvalidFileException(knownFile, knownLine, section, key, problem, remedy);
        placed.setStackTrace(getStackTrace());
        return placed;
    }

    /** What is wrong with a key, or with a section if the key is empty, wherever it stands. */
    static InvalidFileException of(String section, String key, String problem, String remedy) {
        return new InvalidFileException(null, 0, section, key, problem, remedy);
    }

    static InvalidFileException of(Fatal fatal) {
        return new InvalidFileException(
                fatal.number(), "", fatal.problem(), fatal.cause().remedy());
    }

    /** The file, where it is known. */
    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /** The physical line, from 1; 0 for a value that is not in a file yet. */
    public int line() {
        return line;
    }

    /** The section; empty if it is not known, or none is concerned. */
    public String section() {
        return section;
    }

    /** The key; empty if none is concerned. */
    public String key() {
        return key;
    }

    /** What is wrong. */
    public String problem() {
        return problem;
    }

    /** What would be right. */
    public String remedy() {
        return remedy;
    }
}
