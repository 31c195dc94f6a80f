package io.nspawn.host;

import io.nspawn.spi.RootFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a package manager installs without asking.
 *
 * @param program its name
 * @param before arguments that make it ready; empty for nothing
 * @param install arguments before the names of packages
 * @param after arguments that delete the archives of packages; empty for nothing
 */
record PackageInstaller(String program, List<String> before, List<String> install, List<String> after) {
    private static final List<PackageInstaller> KNOWN = List.of(
            new PackageInstaller(
                    "apt-get",
                    List.of("update"),
                    List.of("install", "--yes", "--no-install-recommends"),
                    List.of("clean")),
            new PackageInstaller("dnf", List.of(), List.of("install", "--assumeyes"), List.of("clean", "all")),
            new PackageInstaller(
                    "zypper", List.of(), List.of("--non-interactive", "install"), List.of("clean", "--all")),
            new PackageInstaller("pacman", List.of(), List.of("--sync", "--refresh", "--noconfirm"), List.of()));

    /** The first that a root has. */
    static Optional<PackageInstaller> in(RootFiles root) {
        List<String> programs = root.list("usr/bin");
        return KNOWN.stream()
                .filter(installer -> programs.contains(installer.program))
                .findFirst();
    }

    /** The names of those that are known. */
    static String known() {
        return KNOWN.stream().map(PackageInstaller::program).collect(Collectors.joining(", "));
    }

    List<List<String>> commands(List<String> packages) {
        List<List<String>> commands = new ArrayList<>();
        if (!before.isEmpty()) {
            commands.add(command(before, List.of()));
        }
        commands.add(command(install, packages));
        if (!after.isEmpty()) {
            commands.add(command(after, List.of()));
        }
        return commands;
    }

    private List<String> command(List<String> arguments, List<String> packages) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        command.addAll(packages);
        return command;
    }
}
