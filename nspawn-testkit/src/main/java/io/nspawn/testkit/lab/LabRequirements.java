package io.nspawn.testkit.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a machine must have for a lab, found without changing anything. */
final class LabRequirements {
    private static final int CAP_SYS_ADMIN = 21;

    private LabRequirements() {}

    /** Everything that is missing, one line each; {@code build} when the lab's file system has to be built as well. */
    static List<String> missing(boolean build) {
        if (!Files.isReadable(Path.of("/proc/self/status"))) {
            return List.of("Linux");
        }
        List<String> missing = new ArrayList<>();
        if (!privileged()) {
            missing.add("root with CAP_SYS_ADMIN");
        }
        Stream.of("bash", "unshare", "nsenter", "flock", "losetup", "mount")
                .flatMap(command -> command(command, "util-linux and bash").stream())
                .forEach(missing::add);
        command("systemd-nspawn", "systemd-container").ifPresent(missing::add);
        command("mkfs.btrfs", "btrfs-progs").ifPresent(missing::add);
        command("btrfstune", "btrfs-progs").ifPresent(missing::add);
        if (build) {
            command("mmdebstrap", "mmdebstrap").ifPresent(missing::add);
        }
        Stream.of("btrfs", "overlay")
                .filter(type -> !filesystem(type))
                .forEach(type -> missing.add(type + " in the kernel"));
        if (!Files.exists(Path.of("/dev/loop-control"))) {
            missing.add("loop devices (/dev/loop-control)");
        }
        return missing;
    }

    private static boolean privileged() {
        String effective = status("CapEff:");
        return status("Uid:").startsWith("0\t")
                && !effective.isEmpty()
                && (Long.parseUnsignedLong(effective, 16) >> CAP_SYS_ADMIN & 1) == 1;
    }

    private static String status(String key) {
        return lines(Path.of("/proc/self/status"))
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip())
                .findFirst()
                .orElse("");
    }

    private static Optional<String> command(String name, String from) {
        boolean found = Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":")), Stream.of("/usr/sbin", "/sbin"))
                .filter(directory -> directory.startsWith("/"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
        return found ? Optional.empty() : Optional.of(name + " (package " + from + ")");
    }

    /** Whether the kernel has the type, or a module of it that the first mount will load. */
    private static boolean filesystem(String type) {
        Path modules = Path.of(
                "/lib/modules",
                lines(Path.of("/proc/sys/kernel/osrelease")).findFirst().orElse(""));
        return lines(Path.of("/proc/filesystems")).anyMatch(line -> line.endsWith("\t" + type))
                || lines(modules.resolve("modules.dep")).anyMatch(line -> line.contains("/" + type + ".ko"));
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
