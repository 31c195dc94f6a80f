package io.nspawn.config;

import io.nspawn.config.SystemdFile.Entry;
import io.nspawn.config.SystemdLine.Assignment;
import io.nspawn.config.SystemdLine.Fatal;
import io.nspawn.config.SystemdLine.Header;
import io.nspawn.config.SystemdLine.Place;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A systemd file byte for byte, to be changed line by line: an edit leaves every line alone that it need not touch, with
 * its comments, blanks and line ends. Documents are immutable; an edit gives a new one.
 */
public final class SystemdDocument {
    private static final int ALL = -1;

    private final byte[] content;
    private final List<SystemdLine> lines;

    private SystemdDocument(byte[] content, List<SystemdLine> lines) {
        this.content = content;
        this.lines = lines;
    }

    /**
     * Takes a file as it is.
     *
     * @throws InvalidFileException if systemd would refuse the whole file
     */
    public static SystemdDocument of(byte[] content) {
        byte[] own = content.clone();
        List<SystemdLine> lines = SystemdFileLexer.lex(own);
        if (!lines.isEmpty() && lines.get(lines.size() - 1) instanceof Fatal fatal) {
            throw InvalidFileException.of(fatal);
        }
        return new SystemdDocument(own, lines);
    }

    /** The same for a text. */
    public static SystemdDocument of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes of the file. */
    public byte[] bytes() {
        return content.clone();
    }

    /** Its lines but blank ones and comments, in order. */
    public List<SystemdLine> lines() {
        return lines;
    }

    /** The text of the file; bytes of comments that are not UTF-8 are replaced. */
    public String text() {
        return new String(content, StandardCharsets.UTF_8);
    }

    /** The values of a key in file order, over all sections of that name. */
    public List<String> values(String section, String key) {
        return assignments(section, ALL, key).stream().map(Assignment::value).toList();
    }

    /**
     * Gives a key exactly these values, in this order. Lines that have the right value stay as they are; the others are
     * replaced where they stand, left out, or added behind the last one.
     *
     * @throws IllegalArgumentException if the format cannot hold the key or a value
     */
    public SystemdDocument set(String section, String key, List<String> values) {
        return set(section, ALL, key, values);
    }

    /**
     * The same in one of several sections of that name, which must be there.
     *
     * @param occurrence which of them, from 0
     */
    SystemdDocument set(String section, int occurrence, String key, List<String> values) {
        values.forEach(value -> new Entry(key, value));
        new SystemdFile.Section(section, List.of());
        List<Assignment> present = assignments(section, occurrence, key);
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < present.size(); i++) {
            Assignment line = present.get(i);
            if (i >= values.size()) {
                edits.add(new Edit(line.place(), List.of(), false));
            } else if (!line.value().equals(values.get(i))) {
                edits.add(new Edit(line.place(), List.of(key + "=" + values.get(i)), false));
            }
        }
        List<String> added = new ArrayList<>();
        values.stream().skip(present.size()).forEach(value -> added.add(key + "=" + value));
        if (!added.isEmpty()) {
            edits.add(addition(section, occurrence, present, added));
        }
        return edits.isEmpty() ? this : of(apply(edits));
    }

    /** Takes a key out of all sections of that name. */
    public SystemdDocument remove(String section, String key) {
        return set(section, key, List.of());
    }

    /** Takes one of several sections of that name out; comments in it stay. */
    SystemdDocument removeSection(String section, int occurrence) {
        List<Edit> edits = linesOf(section, occurrence).stream()
                .map(line -> new Edit(line.place(), List.of(), false))
                .toList();
        return edits.isEmpty() ? this : of(apply(edits));
    }

    /** Puts a section at the end, also where there is one of that name. */
    SystemdDocument append(SystemdFile.Section section) {
        List<String> added =
                section.entries().stream().map(e -> e.key() + "=" + e.value()).toList();
        return of(apply(List.of(newSection(section.name(), added))));
    }

    /** Bytes that are replaced, and by which lines; or lines that are put behind them. */
    private record Edit(Place place, List<String> lines, boolean behind) {}

    private Edit addition(String section, int occurrence, List<Assignment> present, List<String> added) {
        if (!present.isEmpty()) {
            return new Edit(present.get(present.size() - 1).place(), added, true);
        }
        List<SystemdLine> inside = linesOf(section, occurrence);
        return inside.isEmpty()
                ? newSection(section, added)
                : new Edit(inside.get(inside.size() - 1).place(), added, true);
    }

    private Edit newSection(String section, List<String> added) {
        List<String> withHeader = new ArrayList<>();
        if (content.length > 0) {
            withHeader.add("");
        }
        withHeader.add("[" + section + "]");
        withHeader.addAll(added);
        return new Edit(new Place(0, 0, 0, content.length, content.length), withHeader, true);
    }

    /** The lines of one section of that name, or of all, with their headers. */
    private List<SystemdLine> linesOf(String section, int occurrence) {
        List<SystemdLine> found = new ArrayList<>();
        boolean inside = false;
        int seen = 0;
        for (SystemdLine line : lines) {
            if (line instanceof Header header) {
                inside = header.name().equals(section) && (seen++ == occurrence || occurrence == ALL);
            }
            if (inside) {
                found.add(line);
            }
        }
        return found;
    }

    private List<Assignment> assignments(String section, int occurrence, String key) {
        List<Assignment> found = new ArrayList<>();
        for (SystemdLine line : linesOf(section, occurrence)) {
            if (line instanceof Assignment assignment && assignment.key().equals(key)) {
                found.add(assignment);
            }
        }
        return found;
    }

    private byte[] apply(List<Edit> edits) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 64);
        String lineEnd = lineEnd();
        Deque<Edit> left = new ArrayDeque<>(edits);
        int at = 0;
        while (!left.isEmpty()) {
            Edit edit = left.remove();
            int start = edit.behind ? edit.place.to() : edit.place.from();
            out.write(content, at, Math.max(0, start - at));
            at = Math.max(at, edit.place.to());
            if (edit.behind) {
                close(out, edit, lineEnd);
            } else {
                keepMark(out, edit, lineEnd);
            }
            edit.lines.forEach(line -> out.writeBytes((line + lineEnd).getBytes(StandardCharsets.UTF_8)));
            if (!edit.behind) {
                keepComments(out, edit.place);
            }
        }
        out.write(content, at, content.length - at);
        return out.toByteArray();
    }

    /** Ends a last line that has no end, and a continuation that ran into the end of the file. */
    private void close(ByteArrayOutputStream out, Edit edit, String lineEnd) {
        byte[] written = out.toByteArray();
        if (written.length > 0 && !isLineEnd(written[written.length - 1])) {
            out.writeBytes(lineEnd.getBytes(StandardCharsets.UTF_8));
        }
        boolean continued = lines.stream()
                .anyMatch(line -> line.place().number() > line.place().last());
        if (continued && edit.place.to() == content.length) {
            // Twice: after a bare carriage return the first newline would end that same line.
            out.writeBytes((lineEnd + lineEnd).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The one mark that is passed over stays, also without its line: else a later one would be passed over. */
    private void keepMark(ByteArrayOutputStream out, Edit edit, String lineEnd) {
        PhysicalLines physical = new PhysicalLines(content);
        while (physical.next() && physical.from() < edit.place.to()) {
            if (physical.startsAtMark() && !physical.isComment()) {
                if (physical.from() >= edit.place.from()) {
                    out.write(content, physical.from(), PhysicalLines.MARK_LENGTH);
                    out.writeBytes((edit.lines.isEmpty() ? lineEnd : "").getBytes(StandardCharsets.UTF_8));
                }
                return;
            }
        }
    }

    /** Comments between the lines of a continuation stay behind what replaces it. */
    private void keepComments(ByteArrayOutputStream out, Place place) {
        PhysicalLines physical = new PhysicalLines(content);
        while (physical.next() && physical.from() < place.to()) {
            if (physical.from() >= place.from() && physical.isComment()) {
                out.write(content, physical.from(), physical.to() - physical.from());
            }
        }
    }

    private String lineEnd() {
        PhysicalLines first = new PhysicalLines(content);
        return first.next() && first.to() - first.from() - first.length() == 2 ? "\r\n" : "\n";
    }

    private static boolean isLineEnd(byte b) {
        return b == '\n' || b == '\r' || b == 0;
    }
}
