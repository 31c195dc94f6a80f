package io.nspawn.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The assignments of a systemd file, read line by line; made apart from the reader of the code under test. */
final class IniText {
    private record Assignment(String section, String key, String value) {}

    private final List<Assignment> assignments = new ArrayList<>();

    IniText(String text) {
        String section = "";
        for (String line : text.split("\n", -1)) {
            String stripped = line.strip();
            int equals = stripped.indexOf('=');
            if (stripped.startsWith("[") && stripped.endsWith("]")) {
                section = stripped.substring(1, stripped.length() - 1);
            } else if (!stripped.startsWith("#") && !stripped.startsWith(";") && equals > 0) {
                String key = stripped.substring(0, equals).strip();
                assignments.add(new Assignment(
                        section, key, stripped.substring(equals + 1).strip()));
            }
        }
    }

    boolean has(String section) {
        return assignments.stream().anyMatch(a -> a.section.equals(section));
    }

    List<String> values(String section, String key) {
        return assignments.stream()
                .filter(a -> a.section.equals(section) && a.key.equals(key))
                .map(Assignment::value)
                .toList();
    }

    Optional<String> last(String section, String key) {
        List<String> all = values(section, key);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /** All blank-separated words of a key that may stand several times. */
    List<String> words(String section, String key) {
        return values(section, key).stream()
                .flatMap(v -> Arrays.stream(v.split(" +")))
                .filter(w -> !w.isEmpty())
                .toList();
    }

    boolean isOn(String section, String key, boolean otherwise) {
        return last(section, key)
                .map(v -> List.of("yes", "true", "on", "1", "y", "t").contains(v))
                .orElse(otherwise);
    }
}
