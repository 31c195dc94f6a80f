package io.nspawn.testkit.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The control group of a container's unit as the kernel shows it, in either of its layouts (cgroups(7)). */
record ControlGroup(String path) {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Path FREEZERS = ROOT.resolve("freezer");
    private static final Path FREEZER = FREEZERS.resolve("lt-frozen");

    static ControlGroup of(String machine) {
        String unit = "systemd-nspawn@" + machine + ".service";
        return new ControlGroup(Command.run("systemctl", "show", "--value", "--property=ControlGroup", unit)
                .strip());
    }

    static boolean isUnified() {
        return Files.exists(ROOT.resolve("cgroup.controllers"));
    }

    /** A number in the group itself. */
    long number(String controller, String inV1, String inV2) {
        Path file = isUnified()
                ? directory(ROOT).resolve(inV2)
                : directory(ROOT.resolve(controller)).resolve(inV1);
        return Long.parseLong(text(file).strip());
    }

    /** Nanoseconds of CPU time. */
    long cpu() {
        return isUnified()
                ? 1000 * field(directory(ROOT).resolve("cpu.stat"), "usage_usec")
                : number("cpuacct", "cpuacct.usage", "");
    }

    /** Processes that were killed for want of memory, those of the groups below too. */
    long oomKills() {
        if (isUnified()) {
            return field(directory(ROOT).resolve("memory.events"), "oom_kill");
        }
        try (Stream<Path> all = Files.walk(directory(ROOT.resolve("memory")))) {
            return all.filter(file -> file.endsWith("memory.oom_control"))
                    .mapToLong(file -> field(file, "oom_kill"))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops every process of the unit where it is, systemd-nspawn too. */
    void freeze() {
        if (isUnified()) {
            Command.run("systemctl", "freeze", Path.of(path).getFileName().toString());
            return;
        }
        try {
            Files.createDirectories(FREEZER);
            move(processes(), FREEZER);
            Files.writeString(FREEZER.resolve("freezer.state"), "FROZEN");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until(
                "freeze of " + path,
                () -> text(FREEZER.resolve("freezer.state")).strip().equals("FROZEN"));
    }

    void thaw() {
        if (isUnified()) {
            Command.result("systemctl", "thaw", Path.of(path).getFileName().toString());
        } else if (Files.exists(FREEZER)) {
            try {
                Files.writeString(FREEZER.resolve("freezer.state"), "THAWED");
                Await.until("move out of the freezer", () -> {
                    move(lines(FREEZER.resolve("cgroup.procs")), FREEZERS);
                    return lines(FREEZER.resolve("cgroup.procs")).isEmpty();
                });
                Files.delete(FREEZER);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** One that has ended in the meantime is no longer to be moved. */
    private static void move(List<String> processes, Path group) {
        for (String process : processes) {
            try {
                Files.writeString(group.resolve("cgroup.procs"), process);
            } catch (IOException e) {
                if (Files.exists(Path.of("/proc", process))) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private List<String> processes() throws IOException {
        try (Stream<Path> all = Files.walk(directory(ROOT.resolve("systemd")))) {
            return all.filter(file -> file.endsWith("cgroup.procs"))
                    .flatMap(file -> lines(file).stream())
                    .toList();
        }
    }

    private Path directory(Path hierarchy) {
        return hierarchy.resolve(path.substring(1));
    }

    private static long field(Path file, String name) {
        return lines(file).stream()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(
                        line -> Long.parseLong(line.substring(name.length() + 1).strip()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + file));
    }

    private static List<String> lines(Path file) {
        return text(file).lines().toList();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
