package io.nspawn.testkit.lab;

/**
 * How a command in a lab ended.
 *
 * @param exitCode its exit code; 128 and more is a signal, as a shell counts
 * @param stdout its standard output, at most the last mebibyte of it
 * @param stderr its standard error, bounded in the same way
 */
public record LabResult(int exitCode, String stdout, String stderr) {
    /**
     * Returns this result when the command has succeeded.
     *
     * @throws LabException when the exit code is not 0; the message holds both streams
     */
    public LabResult orThrow() {
        if (exitCode != 0) {
            throw new LabException("Exit code " + exitCode + "\n" + stdout + stderr);
        }
        return this;
    }
}
