package io.nspawn.config.nspawn;

import io.nspawn.config.InvalidFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a version of systemd makes of a file.
 *
 * @param version the major version
 * @param settings what it holds after reading; empty if it refuses the file
 * @param refusal the error with which it refuses the file
 * @param diagnostics what it says about lines, in file order
 * @param assignments the assignments to keys that the version knows, in file order
 */
public record SettingsReading(
        int version,
        Optional<NspawnSettings> settings,
        Optional<Errno> refusal,
        List<Diagnostic> diagnostics,
        List<Assignment> assignments) {
    public SettingsReading {
        diagnostics = List.copyOf(diagnostics);
        assignments = List.copyOf(assignments);
    }

    /**
     * One assignment.
     *
     * @param key the key
     * @param value the value as it stands
     * @param firstLine the first physical line, from 1
     * @param line the line that systemd would name
     */
    public record Assignment(SettingKey key, String value, int firstLine, int line) {}

    /**
     * The settings.
     *
     * @throws InvalidFileException if systemd refuses the file
     */
    public NspawnSettings orThrow() {
        return settings.orElseThrow(this::invalid);
    }

    /**
     * The settings of a file.
     *
     * @param file what the error names
     * @throws InvalidFileException if systemd refuses it
     */
    public NspawnSettings orThrow(Path file) {
        return settings.orElseThrow(() -> invalid().in(file));
    }

    private InvalidFileException invalid() {
        Diagnostic last = diagnostics.get(diagnostics.size() - 1);
        return new InvalidFileException(last.line(), last.key(), last.problem(), last.remedy());
    }
}
