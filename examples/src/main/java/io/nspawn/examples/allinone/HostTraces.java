package io.nspawn.examples.allinone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything on a real host that a container could leave behind, found without this library: subvolumes and hidden
 * entries of the pool, files, links, units that PID 1 remembers, machined's state, journal directories.
 */
final class HostTraces {
    private static final List<String> DIRECTORIES = List.of(
            "/var/lib/machines",
            "/etc/systemd/nspawn",
            "/etc/systemd/system",
            "/etc/systemd/system/machines.target.wants",
            "/run/systemd/machines",
            "/run/systemd/nspawn/propagate",
            "/run/systemd/nspawn/unix-export",
            "/run/systemd/system.control",
            "/var/log/journal",
            "/sys/class/net");
    private static final Path POOL_FROM_OUTSIDE = Path.of("/var/lib/machines");

    private HostTraces() {}

    /** The traces that are there now; the difference between two calls is what came between them. */
    static Set<String> now() {
        Set<String> traces = new TreeSet<>();
        DIRECTORIES.forEach(directory -> list(traces, Path.of(directory)));
        lines(
                traces,
                "unit",
                List.of("systemctl", "list-units", "--all", "--plain", "--no-legend", "systemd-nspawn@*"));
        lines(traces, "failed", List.of("systemctl", "list-units", "--failed", "--plain", "--no-legend"));
        lines(traces, "link", List.of("ip", "-o", "link", "show"));
        lines(traces, "subvolume", List.of("btrfs", "subvolume", "list", POOL_FROM_OUTSIDE.toString()));
        return traces;
    }

    private static void list(Set<String> traces, Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> traces.add(entry.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Only the words that name something: the rest of a line may change by itself. */
    private static void lines(Set<String> traces, String kind, List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + " failed: " + text);
            }
            text.lines()
                    .map(line -> kind + " " + name(kind, line.strip().split("\\s+")))
                    .forEach(traces::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command + " ran", e);
        }
    }

    private static String name(String kind, String[] words) {
        return switch (kind) {
            case "link" -> words[1];
            case "subvolume" -> words[words.length - 1];
            default -> words[0];
        };
    }
}
