package io.nspawn.testkit.truth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All of a host that a deploy can change, one line each, read without this library: the pool with its hidden entries
 * and nested subvolumes, the files of systemd with their content, links, units that PID 1 knows, machined's machines,
 * journals, mounts.
 */
public final class HostTraces {
    private static final List<String> LISTED = List.of(
            "/var/lib/machines",
            "/run/systemd/machines",
            "/run/systemd/nspawn/propagate",
            "/run/systemd/nspawn/unix-export",
            "/run/systemd/system.control",
            "/run/systemd/transient",
            "/var/log/journal",
            "/sys/class/net");

    private HostTraces() {}

    public static Set<String> now() {
        Set<String> state = new TreeSet<>();
        LISTED.forEach(directory -> list(state, Path.of(directory)));
        tree(state, Path.of("/etc/systemd"));
        words(state, "unit ", 0, "systemctl", "list-units", "--all", "--plain", "--no-legend", "systemd-nspawn@*");
        words(state, "failed ", 0, "systemctl", "list-units", "--failed", "--plain", "--no-legend");
        words(state, "subvolume ", 8, "btrfs", "subvolume", "list", "/var/lib/machines");
        words(state, "mount ", 0, "findmnt", "--list", "--noheadings", "--output", "TARGET");
        return state;
    }

    /** What came ({@code +}) and what went ({@code -}) since then. */
    public static List<String> changesSince(Set<String> before) {
        return difference(before, now());
    }

    static List<String> difference(Set<String> before, Set<String> after) {
        Stream<String> gone =
                before.stream().filter(line -> !after.contains(line)).map(line -> "- " + line);
        Stream<String> come =
                after.stream().filter(line -> !before.contains(line)).map(line -> "+ " + line);
        return Stream.concat(gone, come).toList();
    }

    private static void list(Set<String> state, Path directory) {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> entries = Files.list(directory)) {
                entries.forEach(entry -> state.add(entry.toString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The directory of the settings is shared by all containers and may stay, empty. */
    private static void tree(Set<String> state, Path root) {
        try (Stream<Path> entries = Files.walk(root, new FileVisitOption[0])) {
            for (Path entry : entries.toList()) {
                if (!entry.equals(root.resolve("nspawn"))) {
                    state.add(entry + " " + content(entry));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(Path entry) throws IOException {
        if (Files.isSymbolicLink(entry)) {
            return "-> " + Files.readSymbolicLink(entry);
        }
        String mode = Files.getPosixFilePermissions(entry, LinkOption.NOFOLLOW_LINKS).stream()
                .sorted()
                .toList()
                .toString();
        return Files.isDirectory(entry)
                ? mode
                : mode + " "
                        + HexFormat.of().toHexDigits(Files.readString(entry).hashCode());
    }

    private static void words(Set<String> state, String kind, int word, String... command) {
        Command.run(command)
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> Arrays.asList(line.strip().split("\\s+")))
                .forEach(words -> state.add(kind + words.get(Math.min(word, words.size() - 1))));
    }
}
