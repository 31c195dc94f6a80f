package io.nspawn.examples.allinone;

import io.nspawn.config.NetworkFile;
import io.nspawn.config.UnitDropIn;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Nic;
import io.nspawn.model.SystemdVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A shell script that does the same with machinectl and systemctl: the peer that this library is measured against. */
final class ShellPeer {
    private static final Path UDEV = Path.of("/run/udev/control");

    private final List<ContainerSpec> specs;
    private final String image;
    private final SystemdVersion version;

    ShellPeer(List<ContainerSpec> specs, String image, SystemdVersion version) {
        this.specs = specs;
        this.image = image;
        this.version = version;
    }

    /** Deploys, removes again, and returns how long it took until all were ready; what the script reads is made before. */
    Duration run() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("nspawn-shell-peer");
        try (InputStream script = Objects.requireNonNull(ShellPeer.class.getResourceAsStream("shell-peer.sh"))) {
            Path file = directory.resolve("shell-peer.sh");
            Files.copy(script, file);
            Files.createDirectories(SettingsFile.directory());
            for (ContainerSpec spec : specs) {
                write(directory, spec);
            }
            List<String> names = specs.stream().map(s -> s.machine().value()).toList();
            List<String> deploy =
                    new ArrayList<>(List.of("bash", file.toString(), "deploy", image, directory.toString()));
            deploy.addAll(names);
            long start = System.nanoTime();
            call(deploy);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            List<String> remove = new ArrayList<>(List.of("bash", file.toString(), "remove"));
            remove.addAll(names);
            call(remove);
            return took;
        } finally {
            deleteTree(directory);
        }
    }

    private void write(Path directory, ContainerSpec spec) throws IOException {
        Path own = Files.createDirectory(directory.resolve(spec.machine().value()));
        Files.writeString(
                directory.resolve(spec.machine() + ".nspawn"),
                SettingsFile.of(spec, version).text());
        Files.writeString(
                directory.resolve(spec.machine() + ".conf"),
                UnitDropIn.of(spec, Files.exists(UDEV), version).text());
        for (Nic nic : spec.nics()) {
            String name = NetworkFile.interfaceName(nic) + ".network";
            Files.writeString(own.resolve("10-" + name), NetworkFile.of(nic).text());
        }
    }

    private static void call(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("the shell's " + command.get(2) + " failed: " + said);
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }
}
