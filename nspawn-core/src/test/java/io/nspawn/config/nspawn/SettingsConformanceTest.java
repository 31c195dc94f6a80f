package io.nspawn.config.nspawn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The reader against what the real parser of systemd 252, 257 and 262 did: accepted or refused, every field of the
 * settings, the lines that it warned about.
 *
 * <p>Another folder of {@code cases/} and {@code expected-v*.jsonl} is read with {@code -Dnspawn.conformance=DIR}.
 */
class SettingsConformanceTest {
    private static final String FOLDER = "nspawn.conformance";
    private static final double OF_ANOTHER_FOLDER = 0.99;

    private static final HostPlatform RECORDED_ON = new HostPlatform("x86-64", "/");

    @TestFactory
    Stream<DynamicTest> theReaderAgreesWithTheRealParser() throws IOException, URISyntaxException {
        Optional<Path> another = Optional.ofNullable(System.getProperty(FOLDER)).map(Path::of);
        Path folder = another.isPresent() ? another.get() : ownFolder();
        double needed = another.isPresent() ? OF_ANOTHER_FOLDER : 1;
        List<Path> recordings;
        try (Stream<Path> files = Files.list(folder)) {
            recordings = files.filter(f -> f.getFileName().toString().matches("expected-v[0-9]+\\.jsonl"))
                    .sorted()
                    .toList();
        }
        assertThat(recordings).as("recordings in %s", folder).isNotEmpty();
        if (another.isEmpty()) {
            assertThat(recordings).hasSize(3);
        }
        return recordings.stream()
                .map(recording -> DynamicTest.dynamicTest(
                        recording.getFileName().toString(), () -> agrees(folder, recording, needed)));
    }

    private static Path ownFolder() throws URISyntaxException {
        URL folder = SettingsConformanceTest.class.getResource("conformance");
        return Path.of(Objects.requireNonNull(folder).toURI());
    }

    private static void agrees(Path folder, Path recording, double needed) throws IOException {
        int version = Integer.parseInt(recording.getFileName().toString().replaceAll("[^0-9]", ""));
        List<RecordedCase> cases = RecordedCase.read(folder, recording);
        List<String> differing = new ArrayList<>();
        for (RecordedCase recorded : cases) {
            List<String> differences = differences(recorded, version);
            if (!differences.isEmpty()) {
                differing.add(recorded.name() + ": " + String.join("; ", differences));
            }
        }
        double agreed = 1 - (double) differing.size() / cases.size();
        assertThat(agreed)
                .as(
                        "%d of %d cases of systemd %d agree; these do not:%n%s",
                        cases.size() - differing.size(), cases.size(), version, String.join("\n", differing))
                .isGreaterThanOrEqualTo(needed);
        assertThat(cases).isNotEmpty();
    }

    private static List<String> differences(RecordedCase recorded, int version) {
        SettingsReading reading =
                SettingsReader.forVersion(version).on(RECORDED_ON).read(recorded.input());
        List<String> differences = new ArrayList<>();
        long rc = reading.refusal().map(errno -> (long) -errno.number()).orElse(0L);
        if (rc != recorded.rc()) {
            differences.add("returned " + rc + ", not " + recorded.rc());
        }
        boolean tooLong = reading.refusal().equals(Optional.of(Errno.ENOBUFS));
        List<Long> warned = tooLong
                ? List.of()
                : reading.diagnostics().stream().map(d -> (long) d.line()).toList();
        if (!warned.equals(recorded.warnedLines())) {
            differences.add("warned about " + reading.diagnostics() + ", not lines " + recorded.warnedLines());
        }
        if (recorded.rc() == 0 && reading.settings().isPresent()) {
            Map<String, Object> dump = Dump.of(reading.settings().get(), version);
            recorded.settings().forEach((field, value) -> {
                if (!value.equals(dump.get(field))) {
                    differences.add(field + " is " + dump.get(field) + ", not " + value);
                }
            });
        }
        return differences;
    }
}
