package io.nspawn.config.nspawn;

import java.util.Objects;

/**
 * Something to say about one line of a file.
 *
 * @param code what it is
 * @param line the line that systemd would name, from 1; 0 where the file as a whole is meant
 * @param key the key, empty where a line has none
 * @param problem what is wrong or will happen
 * @param remedy what would be right
 */
public record Diagnostic(Code code, int line, String key, String problem, String remedy) {
    public Diagnostic {
        Objects.requireNonNull(code);
        Objects.requireNonNull(key);
        Objects.requireNonNull(problem);
        Objects.requireNonNull(remedy);
    }

    /** How much it matters. */
    public enum Severity {
        /** systemd refuses the whole file, and the container does not start. */
        REFUSED,
        /** systemd warns and passes over the line, or a part of it. */
        IGNORED,
        /** systemd takes it without a word, and something else happens than was meant. */
        REGRETTED
    }

    public Severity severity() {
        return code.severity();
    }

    @Override
    public String toString() {
        return (line > 0 ? "line " + line + ": " : "") + code + ": " + (key.isEmpty() ? "" : key + "= ") + problem
                + "; " + remedy;
    }
}
