package io.nspawn.host;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.Failure;
import io.nspawn.spi.HostFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel settings of this library, which systemd-sysctl makes at each boot (sysctl.d(5)). Beside each value the file
 * keeps, in a comment, what there was before, so that it can be taken back.
 */
final class SysctlFile {
    /** Late enough to come after a distribution's own. */
    static final Path PATH = Path.of("/etc/sysctl.d/90-nspawn.conf");

    private static final String HEADER =
            "# Written by nspawn for the JVM, Readiness.fix(); Readiness.undo() takes it back.";
    private static final Pattern BEFORE = Pattern.compile("# before: ([a-z0-9_.]+) = (\\d{1,18})");
    private static final Pattern VALUE = Pattern.compile("([a-z0-9_.]+) = (\\d{1,18})");

    private final HostFiles files;

    SysctlFile(HostFiles files) {
        this.files = files;
    }

    /** What the kernel had before the first fix, by key; empty if there is no file. */
    Map<String, Long> before() {
        return numbers(BEFORE);
    }

    /** What the file sets. */
    Map<String, Long> values() {
        return numbers(VALUE);
    }

    /**
     * Adds settings to the file.
     *
     * @param raised the new values by key
     * @param now what the kernel has at the moment, by key
     * @throws AlreadyExistsException if somebody else's file has the name; nothing was changed
     */
    void add(Map<String, Long> raised, Map<String, Long> now) {
        requireOurs();
        Map<String, Long> before = new TreeMap<>(now);
        before.putAll(before());
        Map<String, Long> values = new TreeMap<>(values());
        values.putAll(raised);
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        before.forEach((key, value) -> text.append("# before: ")
                .append(key)
                .append(" = ")
                .append(value)
                .append('\n'));
        values.forEach(
                (key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        files.replaceAll(Map.of(PATH, text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** Takes the file away. */
    void delete() {
        files.delete(PATH);
    }

    /** Whether there is a file of ours. */
    boolean isOurs() {
        return text().startsWith(HEADER);
    }

    void requireOurs() {
        if (files.exists(PATH) && !isOurs()) {
            throw new AlreadyExistsException(Failure.of("write", PATH.toString(), "it is somebody else's file")
                    .remedy("Move it away, or raise the settings in it."));
        }
    }

    private Map<String, Long> numbers(Pattern line) {
        Map<String, Long> numbers = new TreeMap<>();
        if (isOurs()) {
            text().lines()
                    .map(line::matcher)
                    .filter(Matcher::matches)
                    .forEach(match -> numbers.put(match.group(1), Long.parseLong(match.group(2))));
        }
        return numbers;
    }

    private String text() {
        return files.read(PATH)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
    }
}
