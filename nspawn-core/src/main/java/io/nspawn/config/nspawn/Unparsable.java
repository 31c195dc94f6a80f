package io.nspawn.config.nspawn;

/** A text that a parser of systemd refuses. */
final class Unparsable extends Exception {
    private static final long serialVersionUID = 1L;

    private final Errno errno;
    private final boolean fatal;

    private Unparsable(String problem, Errno errno, boolean fatal) {
        super(problem, null, false, false);
        this.errno = errno;
        this.fatal = fatal;
    }

    static Unparsable invalid(String problem) {
        return new Unparsable(problem, Errno.EINVAL, false);
    }

    static Unparsable outOfRange(String problem) {
        return new Unparsable(problem, Errno.ERANGE, false);
    }

    /** The same, where systemd refuses the whole file for it. */
    Unparsable asFatal() {
        return new Unparsable(problem(), errno, true);
    }

    String problem() {
        return String.valueOf(getMessage());
    }

    Errno errno() {
        return errno;
    }

    boolean isFatal() {
        return fatal;
    }
}
