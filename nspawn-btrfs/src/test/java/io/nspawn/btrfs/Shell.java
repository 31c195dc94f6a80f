package io.nspawn.btrfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs the host's own tools, to prepare and to compare. */
final class Shell {
    private Shell() {}

    record Result(int exit, String output) {}

    static String run(Object... command) {
        Result result = attempt(command);
        if (result.exit != 0) {
            throw new IllegalStateException(List.of(command) + " exited with " + result.exit + ": " + result.output);
        }
        return result.output;
    }

    static Result attempt(Object... command) {
        List<String> words = List.of(command).stream().map(Object::toString).toList();
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static boolean has(String tool) {
        for (String directory : List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")) {
            if (java.nio.file.Files.isExecutable(java.nio.file.Path.of(directory, tool))) {
                return true;
            }
        }
        return false;
    }
}
