package io.nspawn.config;

import io.nspawn.config.SystemdFile.Entry;
import io.nspawn.config.SystemdFile.Section;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of the host that belong to a container, as they were at some moment, and the one file that keeps them: a
 * systemd file of nothing but sections that every systemd passes over.
 *
 * @param files by absolute path; empty where there was none
 */
public record KeptFiles(Map<Path, Optional<String>> files) {
    private static final String SECTION = "X-Nspawn-Kept";
    private static final String FILE = "File";
    private static final String NO_FILE = "-";

    public KeptFiles {
        files = Map.copyOf(files);
    }

    /** The text of the file that keeps them. */
    public String text(Map<String, String> facts) {
        List<Entry> entries = new ArrayList<>();
        files.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(file -> entries.add(new Entry(FILE, file.getKey() + " " + encoded(file.getValue()))));
        return Provenance.stamp(new SystemdFile(List.of(), List.of(new Section(SECTION, entries))), facts);
    }

    /**
     * Reads what {@link #text} made.
     *
     * @param allowed the paths that there can be; another one is not ours
     * @throws IllegalArgumentException if it was not made by this library, or edited since
     */
    public static KeptFiles read(String text, List<Path> allowed) {
        if (!(Provenance.origin(text) instanceof Provenance.Origin.Ours)) {
            throw new IllegalArgumentException("was not made by this library, or edited since");
        }
        Map<Path, Optional<String>> files = new LinkedHashMap<>();
        for (String value : SystemdFileLexer.read(text).values(SECTION, FILE)) {
            int blank = value.indexOf(' ');
            Path path = Path.of(value.substring(0, Math.max(0, blank)));
            if (!allowed.contains(path)) {
                throw new IllegalArgumentException("keeps " + path + ", which is no file of that container");
            }
            files.put(path, decoded(value.substring(blank + 1)));
        }
        return new KeptFiles(files);
    }

    private static String encoded(Optional<String> text) {
        return text.map(t -> Base64.getEncoder().encodeToString(t.getBytes(StandardCharsets.UTF_8)))
                .orElse(NO_FILE);
    }

    private static Optional<String> decoded(String value) {
        return value.equals(NO_FILE)
                ? Optional.empty()
                : Optional.of(new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
    }
}
