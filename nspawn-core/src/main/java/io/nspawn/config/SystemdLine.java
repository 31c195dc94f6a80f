package io.nspawn.config;

/**
 * One logical line of a systemd file that is neither blank nor a comment, with its place.
 *
 * <p>A logical line is one physical line, or several joined by backslashes. What its text means is up to the file: see
 * {@code config_parse()} in systemd's {@code src/shared/conf-parser.c}, and systemd.syntax(7).
 */
public sealed interface SystemdLine {
    Place place();

    /** The line number that systemd names in its messages. */
    default int number() {
        return place().number();
    }

    /** {@code [Name]}; whether the name is one that a version accepts is not looked at here. */
    record Header(Place place, String name) implements SystemdLine {}

    /** {@code Key=Value}, both without the blanks around them. */
    record Assignment(Place place, String key, String value) implements SystemdLine {}

    /** A line without {@code =}, or with nothing before it: systemd warns and goes on. */
    record Stray(Place place, String text) implements SystemdLine {}

    /** A line that makes systemd refuse the whole file; it is the last one of a file. */
    record Fatal(Place place, Cause cause, String text) implements SystemdLine {
        /** What is wrong, with the text where it helps. */
        public String problem() {
            return cause == Cause.HEADER_NOT_CLOSED ? cause.problem() + ": \"" + text + '"' : cause.problem();
        }
    }

    /** Why a whole file is refused. */
    enum Cause {
        /** A line that begins with {@code [} and does not end with {@code ]}. */
        HEADER_NOT_CLOSED("a section header without ']'", "end the line with ']'; a comment has a line of its own"),
        /** Bytes that are not UTF-8, or that name what Unicode reserves. */
        NOT_UTF8("text that is not UTF-8", "write the file in UTF-8"),
        /** A physical or joined line of 1 MiB and more. */
        TOO_LONG("a line of 1 MiB or more", "split it over several assignments");

        private final String problem;
        private final String remedy;

        Cause(String problem, String remedy) {
            this.problem = problem;
            this.remedy = remedy;
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

    /**
     * Where a logical line stands.
     *
     * @param first its first physical line, counted from 1
     * @param last its last physical line
     * @param number the number systemd names: the last line, or one more if the file ended within a continuation
     * @param from the offset of its first byte
     * @param to the offset behind its last byte, the end of the line included
     */
    record Place(int first, int last, int number, int from, int to) {}
}
