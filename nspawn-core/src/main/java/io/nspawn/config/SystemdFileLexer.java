package io.nspawn.config;

import io.nspawn.config.SystemdFile.Entry;
import io.nspawn.config.SystemdFile.Section;
import io.nspawn.config.SystemdLine.Assignment;
import io.nspawn.config.SystemdLine.Cause;
import io.nspawn.config.SystemdLine.Fatal;
import io.nspawn.config.SystemdLine.Header;
import io.nspawn.config.SystemdLine.Place;
import io.nspawn.config.SystemdLine.Stray;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a file as {@code config_parse()} does ({@code src/shared/conf-parser.c}): {@code \n}, {@code \r} and NUL end a
 * line, alone or together once each; {@code #} and {@code ;} start a comment only at the start of a line; an odd number
 * of backslashes at the end joins the next line with a blank; one byte order mark is passed over at the start of a line
 * that is no comment; every line but a comment must be UTF-8 and shorter than 1 MiB.
 *
 * <p>These rules are the same from systemd 252 to 262. Reading is linear in the size of the file.
 */
public final class SystemdFileLexer {
    /** The length in bytes from which on systemd refuses a line, and with it the file. */
    public static final int MAX_LINE = 1024 * 1024;

    private static final byte[] BLANK = {' '};

    private final PhysicalLines input;
    private final List<SystemdLine> lines = new ArrayList<>();
    private final ByteArrayOutputStream joined = new ByteArrayOutputStream(0);
    private boolean open;
    private boolean markSeen;
    private int first;
    private int from;

    private SystemdFileLexer(byte[] content) {
        this.input = new PhysicalLines(content);
    }

    /**
     * The logical lines of a file in order. Nothing is thrown for any input: a line that makes systemd refuse the file is
     * the last one, and a {@link Fatal}.
     */
    public static List<SystemdLine> lex(byte[] content) {
        SystemdFileLexer lexer = new SystemdFileLexer(content);
        while (!lexer.isOver() && lexer.input.next()) {
            lexer.physical();
        }
        if (lexer.open && !lexer.isOver()) {
            lexer.logical(lexer.joined.toByteArray(), lexer.input.number() + 1);
        }
        return List.copyOf(lexer.lines);
    }

    /**
     * Reads a whole file into sections, leaving out what systemd passes over with a warning. Comments are not kept.
     *
     * @throws IllegalArgumentException if systemd would refuse the whole file
     */
    static SystemdFile read(String text) {
        List<Section> sections = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        Optional<String> section = Optional.empty();
        for (SystemdLine line : lex(text.getBytes(StandardCharsets.UTF_8))) {
            if (line instanceof Fatal fatal) {
                throw InvalidFileException.of(fatal);
            }
            if (line instanceof Header header) {
                section.ifPresent(name -> sections.add(new Section(name, entries)));
                entries.clear();
                section = Optional.of(header.name());
            } else if (line instanceof Assignment assignment && section.isPresent()) {
                entries.add(new Entry(assignment.key(), assignment.value()));
            }
        }
        section.ifPresent(name -> sections.add(new Section(name, entries)));
        return new SystemdFile(List.of(), sections);
    }

    private boolean isOver() {
        return !lines.isEmpty() && lines.get(lines.size() - 1) instanceof Fatal;
    }

    private void physical() {
        if (!open) {
            first = input.number();
            from = input.from();
        }
        if (input.length() >= MAX_LINE) {
            lines.add(new Fatal(place(input.number()), Cause.TOO_LONG, ""));
            return;
        }
        if (input.isComment()) {
            return;
        }
        int skipped = skipMark();
        byte[] text = input.text(skipped);
        if (open && joined.size() + text.length > MAX_LINE) {
            lines.add(new Fatal(place(input.number()), Cause.TOO_LONG, ""));
        } else if (endsInBackslash(text)) {
            joined.write(text, 0, text.length - 1);
            joined.writeBytes(BLANK);
            open = true;
        } else if (open) {
            joined.writeBytes(text);
            byte[] whole = joined.toByteArray();
            joined.reset();
            open = false;
            logical(whole, input.number());
        } else {
            logical(text, input.number());
        }
    }

    private int skipMark() {
        if (markSeen || !input.startsAtMark()) {
            return 0;
        }
        markSeen = true;
        return PhysicalLines.MARK_LENGTH;
    }

    private Place place(int number) {
        return new Place(first, input.number(), number, from, input.to());
    }

    private void logical(byte[] bytes, int number) {
        Place place = place(number);
        Optional<String> text = Utf8.decode(bytes).map(SystemdFileLexer::stripBlanks);
        if (text.isEmpty()) {
            lines.add(new Fatal(place, Cause.NOT_UTF8, new String(bytes, StandardCharsets.UTF_8)));
        } else if (!text.get().isEmpty()) {
            lines.add(line(place, text.get()));
        }
    }

    private static SystemdLine line(Place place, String text) {
        if (text.startsWith("[")) {
            return text.endsWith("]")
                    ? new Header(place, text.substring(1, text.length() - 1))
                    : new Fatal(place, Cause.HEADER_NOT_CLOSED, text);
        }
        int equals = text.indexOf('=');
        return equals <= 0
                ? new Stray(place, text)
                : new Assignment(
                        place, stripBlanks(text.substring(0, equals)), stripBlanks(text.substring(equals + 1)));
    }

    private static boolean endsInBackslash(byte[] text) {
        int at = text.length;
        while (at > 0 && text[at - 1] == '\\') {
            at--;
        }
        return (text.length - at) % 2 == 1;
    }

    /** systemd's own WHITESPACE: a form feed or a no-break space belongs to the text. */
    static String stripBlanks(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    static boolean isBlank(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
