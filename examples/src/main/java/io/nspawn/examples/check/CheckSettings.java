package io.nspawn.examples.check;

import io.nspawn.config.nspawn.Diagnostic;
import io.nspawn.config.nspawn.EffectiveSettings;
import io.nspawn.config.nspawn.SettingsLint;
import io.nspawn.config.nspawn.SettingsReader;
import io.nspawn.config.nspawn.SettingsReading;
import io.nspawn.model.SystemdVersion;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Says what a version of systemd will make of a {@code .nspawn} file: what it warns about, what its author will regret,
 * and what a container gets from the file and {@code systemd-nspawn@.service} together.
 *
 * <p>Exit codes: 0 for nothing to say, 1 for findings, 2 for a file that systemd refuses or that cannot be read.
 */
@Command(
        name = "check-settings",
        mixinStandardHelpOptions = true,
        description = "Checks a .nspawn file as a version of systemd reads it.")
public final class CheckSettings implements Callable<Integer> {
    private static final int CLEAN = 0;
    private static final int FINDINGS = 1;
    private static final int REFUSED = 2;

    @Parameters(index = "0", paramLabel = "FILE", description = "The .nspawn file.")
    Path file = Path.of("");

    @Parameters(index = "1", paramLabel = "VERSION", description = "The version of systemd, from 252 on: 257.")
    String version = "";

    @Option(
            names = "--untrusted",
            description = "As if the file lay next to the image, where privileged settings do not count.")
    boolean untrusted;

    @Option(names = "--effective", description = "Also say what the container will get with systemd-nspawn@.service.")
    boolean effective;

    private final PrintStream out;

    CheckSettings(PrintStream out) {
        this.out = out;
    }

    /** Checks, and ends with the exit code. */
    public static void main(String... arguments) {
        System.exit(run(System.out, arguments));
    }

    static int run(PrintStream out, String... arguments) {
        return new CommandLine(new CheckSettings(out)).execute(arguments);
    }

    @Override
    public Integer call() {
        SettingsReading reading;
        try {
            reading = SettingsReader.forVersion(SystemdVersion.parse(version).major())
                    .read(Files.readAllBytes(file));
        } catch (IOException e) {
            out.println(file + ": cannot be read: " + e);
            return REFUSED;
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            return REFUSED;
        }
        List<Diagnostic> findings = SettingsLint.withWarnings(reading, !untrusted);
        findings.forEach(finding -> out.println(file + ": " + finding.severity() + ": " + finding));
        if (reading.settings().isEmpty()) {
            return REFUSED;
        }
        if (effective) {
            EffectiveSettings.of(reading, !untrusted).describe().forEach(out::println);
        }
        return findings.isEmpty() ? CLEAN : FINDINGS;
    }
}
