package io.nspawn.config;

import io.nspawn.config.SystemdFile.Entry;
import io.nspawn.config.SystemdFile.Section;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells the files of this library from those of others, and from its own that somebody edited.
 *
 * <p>Each file carries a section {@code [X-Nspawn]}, which every systemd parser passes over, with facts about its
 * container and a digest of the rest of the file.
 */
public final class Provenance {
    private static final String SECTION = "X-Nspawn";
    private static final String DIGEST = "Digest";
    private static final String HEADER = "Made by nspawn-core. Edits are noticed and never silently overwritten.";

    private Provenance() {}

    /** Where a file comes from. */
    public sealed interface Origin {
        /** Made by this library and unchanged since. */
        record Ours(Map<String, String> facts) implements Origin {}

        /** Made by this library and edited since. */
        record Edited(Map<String, String> facts) implements Origin {}

        /** Made by somebody else. */
        record Foreign() implements Origin {}
    }

    /**
     * The text of a file with header, facts and digest.
     *
     * @param content the file's own sections
     * @param facts what to note about it, such as the container's original name
     */
    public static String stamp(SystemdFile content, Map<String, String> facts) {
        SystemdFile unsealed = withFacts(content, facts);
        Map<String, String> sealed = new LinkedHashMap<>(facts);
        sealed.put(DIGEST, digest(unsealed));
        return withFacts(content, sealed).text();
    }

    /** Where the text comes from; text that systemd could not read is somebody else's. */
    public static Origin origin(String text) {
        SystemdFile file;
        try {
            file = SystemdFileLexer.read(text);
        } catch (IllegalArgumentException e) {
            return new Origin.Foreign();
        }
        Map<String, String> facts = facts(file);
        if (!facts.containsKey(DIGEST)) {
            return new Origin.Foreign();
        }
        facts.remove(DIGEST);
        boolean intact = stamp(withoutFacts(file), facts).equals(text);
        return intact ? new Origin.Ours(Map.copyOf(facts)) : new Origin.Edited(Map.copyOf(facts));
    }

    /** The sections of a file without the notes about it; empty for text that systemd could not read. */
    public static Optional<SystemdFile> content(String text) {
        try {
            return Optional.of(withoutFacts(SystemdFileLexer.read(text)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What a file of ours says about its container; nothing for one of somebody else. */
    public static Map<String, String> facts(Origin origin) {
        if (origin instanceof Origin.Ours ours) {
            return ours.facts();
        }
        return origin instanceof Origin.Edited edited ? edited.facts() : Map.of();
    }

    private static Map<String, String> facts(SystemdFile file) {
        Map<String, String> facts = new LinkedHashMap<>();
        for (Section section : file.sections()) {
            if (section.name().equals(SECTION)) {
                section.entries().forEach(e -> facts.put(e.key(), e.value()));
            }
        }
        return facts;
    }

    private static SystemdFile withFacts(SystemdFile content, Map<String, String> facts) {
        List<Entry> entries = facts.entrySet().stream()
                .map(f -> new Entry(f.getKey(), f.getValue()))
                .toList();
        List<Section> sections = new ArrayList<>();
        sections.add(new Section(SECTION, entries));
        sections.addAll(content.sections());
        return new SystemdFile(List.of(HEADER), sections);
    }

    private static SystemdFile withoutFacts(SystemdFile file) {
        return new SystemdFile(
                List.of(),
                file.sections().stream().filter(s -> !s.name().equals(SECTION)).toList());
    }

    private static String digest(SystemdFile file) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(file.text().getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
