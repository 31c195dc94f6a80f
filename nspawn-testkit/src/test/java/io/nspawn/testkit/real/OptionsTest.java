package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ExecResult;
import io.nspawn.model.HostFailureException;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Each option of a spec, seen from inside a container that has it and from the host. */
@LabTest({"bookworm", "trixie"})
class OptionsTest {
    private static final String BOOTED = "lt-options";
    private static final String APPLICATION = "lt-app";
    private static final String PLAIN = "lt-plain";
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "PLAIN", "value",
            "HARD", "a b \"c\" 'd' $HOME %i \\n;#",
            "EMPTY", "");
    private static final String TUN = "/dev/net/tun";

    @TempDir(cleanup = CleanupMode.ALWAYS)
    static Path directory = Path.of("");

    private static Optional<Host> opened = Optional.empty();

    @BeforeAll
    static void deploy() throws IOException {
        Files.createDirectories(source("writable"));
        Files.createDirectories(source("read only: with colon"));
        Files.writeString(source("writable").resolve("file"), "from the host\n");
        Files.writeString(source("read only: with colon").resolve("file"), "from the host\n");
        Host host = Host.local();
        opened = Optional.of(host);
        host.deployAll(List.of(booted(), application(), plain()), progress -> {});
    }

    @AfterAll
    static void remove() {
        Setup.remove(host(), BOOTED, APPLICATION, PLAIN);
        host().close();
    }

    private static ContainerSpec booted() {
        return ContainerSpec.named(BOOTED)
                .image(Setup.image())
                .bind(source("writable").toString(), "/mnt/writable")
                .bindReadOnly(source("read only: with colon").toString(), "/mnt/read only: too")
                .device(TUN)
                .limits(l -> l.memory("512M").tasks(300).cpuPercent(150))
                .build();
    }

    private static ContainerSpec application() {
        ContainerSpec.Builder spec = Setup.application(APPLICATION);
        ENVIRONMENT.forEach(spec::environment);
        return spec.build();
    }

    private static ContainerSpec plain() {
        return Setup.application(PLAIN).withoutUserNamespace().build();
    }

    private static Path source(String name) {
        return directory.resolve(name);
    }

    private static Host host() {
        return opened.orElseThrow();
    }

    private static ExecResult inBooted(String... command) {
        return host().container(BOOTED).exec(command);
    }

    @Test
    void limitsAreThoseOfTheUnit() {
        assertThat(property("MemoryMax")).isEqualTo(Long.toString(512L << 20));
        assertThat(property("TasksMax")).isEqualTo("300");
        assertThat(property("CPUQuotaPerSecUSec")).isEqualTo("1.500000s");
    }

    private static String property(String name) {
        return Command.run("systemctl", "show", "--value", "--property=" + name, "systemd-nspawn@" + BOOTED)
                .strip();
    }

    @Test
    void limitsHoldInside() {
        ExecResult forks =
                inBooted("/bin/bash", "-c", "for i in {1..400}; do /bin/sleep 5 & done; kill $(jobs -p); wait");

        assertThat(forks.stderr()).contains("Resource temporarily unavailable");
        assertThat(host().container(BOOTED).status().state()).isEqualTo(ContainerState.READY);
    }

    @Test
    void aBindIsReadInsideAndTheHostsFileIsUntouched() throws IOException {
        assertThat(inBooted("cat", "/mnt/writable/file").stdout()).isEqualTo("from the host\n");
        assertThat(inBooted("cat", "/mnt/read only: too/file").stdout()).isEqualTo("from the host\n");

        ExecResult write = inBooted("/bin/sh", "-c", "echo changed > '/mnt/read only: too/file'");

        assertThat(write.ok()).isFalse();
        assertThat(Files.readString(source("read only: with colon").resolve("file")))
                .isEqualTo("from the host\n");
        assertThat(Files.getAttribute(source("writable").resolve("file"), "unix:uid"))
                .isEqualTo(0);
    }

    @Test
    void aDeviceOpensInside() {
        assertThat(Path.of(TUN)).exists();

        assertThat(inBooted("/bin/bash", "-c", ": <> " + TUN).stderr()).isEmpty();
        assertThat(inBooted("test", "-c", TUN).ok()).isTrue();
        assertThat(host().plan(List.of(booted(), application(), plain())).changesNothing())
                .isTrue();
    }

    @Test
    void rootInsideIsNobodyOutsideUnlessAskedFor() throws IOException {
        assertThat(uidMap(BOOTED)).doesNotStartWith("0 0 ");
        assertThat(uidMap(APPLICATION)).doesNotStartWith("0 0 ");
        assertThat(uidMap(PLAIN)).startsWith("0 0 4294967295");
        assertThat(Files.getAttribute(Path.of("/var/lib/machines", BOOTED, "etc/passwd"), "unix:uid"))
                .isEqualTo(0);
    }

    private static String uidMap(String machine) throws IOException {
        return Files.readString(leader(machine).resolve("uid_map")).strip().replaceAll("\\s+", " ");
    }

    private static Path leader(String machine) {
        int pid = host().container(machine).status().leader().orElseThrow();
        return Path.of("/proc", Integer.toString(pid));
    }

    @Test
    void anApplicationRunsUnderAStubInitWithItsEnvironment() throws IOException {
        assertThat(host().container(APPLICATION).status().state()).isEqualTo(ContainerState.READY);
        Path leader = leader(APPLICATION);
        assertThat(Files.readString(leader.resolve("comm"))).isNotEqualTo("sleep\n");
        String child = Files.readString(
                        leader.resolve("task").resolve(leader.getFileName()).resolve("children"))
                .strip();
        Path program = Path.of("/proc", child);
        assertThat(Files.readString(program.resolve("cmdline"))).isEqualTo("/bin/sleep\0infinity\0");
        Map<String, String> environment = Files.readString(program.resolve("environ"), StandardCharsets.UTF_8)
                .lines()
                .flatMap(all -> List.of(all.split("\0")).stream())
                .filter(line -> line.contains("="))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf('=')), line -> line.substring(line.indexOf('=') + 1)));
        assertThat(environment).containsAllEntriesOf(ENVIRONMENT);
    }

    @Test
    void anApplicationHasNoBusToExecThrough() {
        Container application = host().container(APPLICATION);

        assertThatThrownBy(() -> assertThat(application.exec("true")).isNull())
                .isInstanceOfSatisfying(
                        HostFailureException.class,
                        e -> assertThat(e.remedy()).get().asString().contains("systemd and D-Bus inside"));
    }

    @Test
    void withoutNetworksThereIsNone() {
        assertThat(host().container(BOOTED).status().interfaces()).isEmpty();
        assertThat(host().container(APPLICATION).status().interfaces()).isEmpty();
    }
}
