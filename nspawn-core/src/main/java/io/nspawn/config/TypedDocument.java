package io.nspawn.config;

import io.nspawn.config.SystemdFile.Entry;
import io.nspawn.config.SystemdFile.Section;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A file of networkd, of udev or of PID 1 as somebody wrote it, and what it says. {@linkplain #with Changing} what it says edits only
 * the lines that must be edited: comments, keys that this library does not know, and values in another form stay.
 *
 * <pre>{@code
 * TypedDocument<Netdev> document = Netdev.read(file, Files.readAllBytes(file));
 * Files.write(file, document.with(Netdev.bridge("br0").stp(true).build()).bytes());
 * }</pre>
 *
 * <p>Immutable.
 *
 * @param <T> the type of file
 */
public final class TypedDocument<T extends TypedFile> {
    private final TypedFileReader<T> reader;
    private final SystemdDocument document;
    private final T value;
    private final List<Place> places;
    private final List<Unknown> unknown;

    TypedDocument(
            TypedFileReader<T> reader, SystemdDocument document, T value, List<Place> places, List<Unknown> unknown) {
        this.reader = Objects.requireNonNull(reader);
        this.document = Objects.requireNonNull(document);
        this.value = Objects.requireNonNull(value);
        this.places = List.copyOf(places);
        this.unknown = List.copyOf(unknown);
    }

    /**
     * A line that is not understood here and stays as it is.
     *
     * @param line from 1
     * @param section the section it stands in; empty above the first
     * @param text the line
     */
    public record Unknown(int line, String section, String text) {}

    /**
     * Which section of the document one of the value's repeatable sections is.
     *
     * @param section what it says
     * @param occurrence which of that name, from 0
     */
    record Place(Section section, int occurrence) {}

    /** Where it stands. */
    public Path file() {
        return reader.file();
    }

    /** What it says, as far as this library knows. */
    public T value() {
        return value;
    }

    /** What it says besides. */
    public List<Unknown> unknown() {
        return unknown;
    }

    /** The bytes of the file. */
    public byte[] bytes() {
        return document.bytes();
    }

    /** The text of the file. */
    public String text() {
        return document.text();
    }

    /**
     * The file with another content.
     *
     * @throws InvalidFileException if lines that this library does not know make the result one that systemd refuses
     */
    public TypedDocument<T> with(T changed) {
        SystemdDocument edited = document;
        Set<String> names = new LinkedHashSet<>();
        Stream.concat(value.content().sections().stream(), changed.content().sections().stream())
                .map(Section::name)
                .forEach(names::add);
        for (String name : names) {
            edited = TypedFileReader.REPEATABLE.contains(name)
                    ? withSections(edited, name, changed)
                    : withKeys(edited, name, changed);
        }
        return edited == document ? this : reader.read(edited.bytes());
    }

    private SystemdDocument withKeys(SystemdDocument start, String name, T changed) {
        SystemdDocument edited = start;
        Set<String> keys = new LinkedHashSet<>();
        Stream.concat(value.content().sections().stream(), changed.content().sections().stream())
                .filter(section -> section.name().equals(name))
                .flatMap(section -> section.entries().stream())
                .map(Entry::key)
                .forEach(keys::add);
        for (String key : keys) {
            List<String> values = changed.content().values(name, key);
            if (!value.content().values(name, key).equals(values)) {
                edited = edited.set(name, key, values);
            }
        }
        return edited;
    }

    /** Sections that are in both stay; those that differ are edited one for the other; the rest goes or comes. */
    private SystemdDocument withSections(SystemdDocument start, String name, T changed) {
        List<Section> come = new ArrayList<>(changed.content().sections().stream()
                .filter(section -> section.name().equals(name))
                .toList());
        List<Place> gone = new ArrayList<>();
        for (Place place : places) {
            if (place.section().name().equals(name) && !come.remove(place.section())) {
                gone.add(place);
            }
        }
        int both = Math.min(come.size(), gone.size());
        SystemdDocument edited = start;
        for (int i = 0; i < both; i++) {
            edited = withEntries(edited, gone.get(i), come.get(i));
        }
        for (int i = gone.size() - 1; i >= both; i--) {
            edited = edited.removeSection(name, gone.get(i).occurrence());
        }
        for (Section section : come.subList(both, come.size())) {
            edited = edited.append(section);
        }
        return edited;
    }

    private static SystemdDocument withEntries(SystemdDocument start, Place place, Section wanted) {
        SystemdDocument edited = start;
        Set<String> keys = new LinkedHashSet<>();
        place.section().entries().forEach(entry -> keys.add(entry.key()));
        wanted.entries().forEach(entry -> keys.add(entry.key()));
        for (String key : keys) {
            List<String> values = values(wanted, key);
            if (!values(place.section(), key).equals(values)) {
                edited = edited.set(wanted.name(), place.occurrence(), key, values);
            }
        }
        return edited;
    }

    private static List<String> values(Section section, String key) {
        return section.entries().stream()
                .filter(entry -> entry.key().equals(key))
                .map(Entry::value)
                .toList();
    }
}
