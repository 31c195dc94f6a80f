package io.nspawn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every type that a module exports says what it is. */
class JavadocTest {
    private static final Pattern EXPORTS = Pattern.compile("exports ([a-z.]+);");
    private static final Pattern TYPE = Pattern.compile(
            "^public (?:abstract |final |sealed |non-sealed |static )*(?:class|record|interface|enum|@interface) (\\w+)",
            Pattern.MULTILINE);

    @Test
    void everyExportedTypeHasJavadoc() throws IOException {
        List<String> without = new ArrayList<>();
        int seen = 0;
        for (String module : List.of("nspawn-btrfs", "nspawn-net", "nspawn-core", "nspawn-osa", "nspawn-testkit")) {
            Path sources = Path.of("..", module, "src/main/java");
            Matcher exports = EXPORTS.matcher(Files.readString(sources.resolve("module-info.java")));
            while (exports.find()) {
                Path directory = sources.resolve(exports.group(1).replace('.', '/'));
                assertThat(Files.readString(directory.resolve("package-info.java")))
                        .as(directory.toString())
                        .contains("/**");
                for (Path file : sourcesIn(directory)) {
                    String text = Files.readString(file);
                    Matcher type = TYPE.matcher(text);
                    if (type.find()) {
                        seen++;
                        String head = text.substring(0, type.start());
                        if (!head.contains("/**") || head.lastIndexOf("*/") < head.lastIndexOf("import ")) {
                            without.add(file.toString());
                        }
                    }
                }
            }
        }
        assertThat(without).isEmpty();
        assertThat(seen).isGreaterThan(100);
    }

    private static List<Path> sourcesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }
}
