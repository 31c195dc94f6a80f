package io.nspawn.config;

import java.util.Arrays;

/**
 * Walks over the physical lines of a file as {@code read_line()} does ({@code src/basic/fileio.c}): {@code \n},
 * {@code \r} and NUL each end a line, and together they end one line as long as none comes twice and nothing follows NUL.
 */
final class PhysicalLines {
    /** The length of the byte order mark of UTF-8. */
    static final int MARK_LENGTH = 3;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final int NEWLINE = 1;
    private static final int RETURN = 2;
    private static final int NUL = 4;

    private final byte[] content;
    private int number;
    private int from;
    private int textEnd;
    private int to;

    PhysicalLines(byte[] content) {
        this.content = content;
    }

    /** Goes to the next line; false at the end of the file, where the last line stays the current one. */
    boolean next() {
        if (to >= content.length) {
            return false;
        }
        from = to;
        number++;
        int at = from;
        while (at < content.length && kind(content[at]) == 0) {
            at++;
        }
        textEnd = at;
        int seen = 0;
        while (at < content.length && (seen & NUL) == 0) {
            int kind = kind(content[at]);
            if (kind == 0 || (seen & kind) != 0) {
                break;
            }
            seen |= kind;
            at++;
        }
        to = at;
        return true;
    }

    /** The number of the line, counted from 1. */
    int number() {
        return number;
    }

    /** The offset of its first byte. */
    int from() {
        return from;
    }

    /** The offset behind its end-of-line bytes. */
    int to() {
        return to;
    }

    /** Its length in bytes without the end of the line. */
    int length() {
        return textEnd - from;
    }

    byte[] text(int skipped) {
        return Arrays.copyOfRange(content, from + skipped, textEnd);
    }

    /** Whether the line, or before the first one the file, starts with a byte order mark. */
    boolean startsAtMark() {
        return from + MARK_LENGTH <= content.length
                && Arrays.equals(content, from, from + MARK_LENGTH, BYTE_ORDER_MARK, 0, MARK_LENGTH);
    }

    boolean isComment() {
        int at = from;
        while (at < textEnd && SystemdFileLexer.isBlank(content[at])) {
            at++;
        }
        return at < textEnd && (content[at] == '#' || content[at] == ';');
    }

    private static int kind(byte c) {
        return switch (c) {
            case '\n' -> NEWLINE;
            case '\r' -> RETURN;
            case 0 -> NUL;
            default -> 0;
        };
    }
}
