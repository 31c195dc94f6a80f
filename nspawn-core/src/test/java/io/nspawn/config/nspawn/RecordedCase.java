package io.nspawn.config.nspawn;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One input, and what the real parser did with it.
 *
 * @param name the name of the case
 * @param input the file's bytes
 * @param rc 0, or a negative errno if the file was refused
 * @param settings every field of the settings
 * @param warnedLines the lines that were warned about, in order, a line once for each message
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record RecordedCase(String name, byte[] input, long rc, Map<String, Object> settings, List<Long> warnedLines) {
    /** A text in quotes, perhaps repeated: {@code "a"*65536}. */
    private static final Pattern PIECE = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"((?:\\s*\\*\\s*[0-9]+)*)");

    private static final Pattern RUN = Pattern.compile("<([0-9]+) x (.)>");
    private static final long ENOBUFS = 105;

    static List<RecordedCase> read(Path folder, Path expected) throws IOException {
        List<String> lines = Files.readAllLines(expected, StandardCharsets.UTF_8);
        Map<String, Object> baseline = object(field(Json.object(lines.get(0)), "baseline"));
        List<RecordedCase> cases = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            if (!line.isBlank()) {
                cases.add(read(folder, baseline, Json.object(line)));
            }
        }
        return cases;
    }

    private static RecordedCase read(Path folder, Map<String, Object> baseline, Map<String, Object> line)
            throws IOException {
        String name = (String) field(line, "case");
        Map<String, Object> settings = new LinkedHashMap<>(baseline);
        object(field(line, "settings")).forEach((field, value) -> settings.put(field, expand(value)));
        Path file = folder.resolve("cases").resolve(name + ".nspawn");
        byte[] input = Files.exists(file) ? Files.readAllBytes(file) : made((String) field(line, "note"));
        return new RecordedCase(name, input, (long) field(line, "rc"), settings, warned(line));
    }

    /**
     * Messages without a line go before the one that says that the file failed; where another names the line, that one is
     * left out. What is said about a line that is too long names the line before.
     */
    private static List<Long> warned(Map<String, Object> line) {
        List<Long> lines = new ArrayList<>();
        long rc = (long) field(line, "rc");
        for (Object entry : (List<?>) field(line, "log")) {
            List<?> message = (List<?>) entry;
            long number = (long) message.get(0);
            boolean failed = ((String) message.get(1)).startsWith("Failed to parse file");
            if (number > 0 && rc != -ENOBUFS && !(failed && lines.contains(number))) {
                lines.add(number);
            }
        }
        return lines;
    }

    private static byte[] made(String note) {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        Matcher piece = PIECE.matcher(note);
        while (piece.find()) {
            String text = (String) field(Json.object("{\"t\":\"" + piece.group(1) + "\"}"), "t");
            int times = 1;
            for (String factor : piece.group(2).split("\\*", -1)) {
                times *= factor.isBlank() ? 1 : Integer.parseInt(factor.strip());
            }
            input.writeBytes(text.repeat(times).getBytes(StandardCharsets.UTF_8));
        }
        return input.toByteArray();
    }

    private static Object expand(Object value) {
        if (value instanceof String text) {
            Matcher run = RUN.matcher(text);
            return run.matches() ? run.group(2).repeat(Integer.parseInt(run.group(1))) : text;
        }
        return value;
    }

    private static Object field(Map<String, Object> object, String name) {
        return Objects.requireNonNull(object.get(name), name);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }
}
