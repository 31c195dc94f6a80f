package io.nspawn.config;

import io.nspawn.config.SystemdLine.Fatal;

/** A file, or a value for one, that systemd would not take: what is wrong, where, and what would be right. */
public class InvalidFileException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String key;
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
        super((line > 0 ? "line " + line + ": " : "") + (key.isEmpty() ? "" : key + "= ") + problem + "; " + remedy);
        this.line = line;
        this.key = key;
        this.remedy = remedy;
    }

    static InvalidFileException of(Fatal fatal) {
        return new InvalidFileException(
                fatal.number(), "", fatal.problem(), fatal.cause().remedy());
    }

    /** The physical line, from 1; 0 for a value that is not in a file yet. */
    public final int line() {
        return line;
    }

    /** The key; empty if none is concerned. */
    public final String key() {
        return key;
    }

    /** What would be right. */
    public final String remedy() {
        return remedy;
    }
}
