package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Host;
import io.nspawn.Timeouts;
import io.nspawn.host.ImageRecipe;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.Storage;
import io.nspawn.testkit.lab.LabTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process that copies a root of plain directories dies by SIGKILL while cp(1) is in the middle of it: what is there
 * of the copy grows no more, is nobody's to start, and goes with the next run.
 */
@LabTest({"bookworm", "trixie"})
class KilledCopyTest {
    private static final Duration READY = Duration.ofMinutes(2);
    private static final Path POOL = PoolScratch.POOL;
    private static final String MACHINE = "lp-killed";
    private static final String PREPARED = "lp-prepared";

    /** In place of cp: it copies a part of what it is asked for, says so, and is then at it until it is ended. */
    private static final String HALF = """
            #!/bin/sh
            set -e
            for word; do from=$to; to=$word; done
            mkdir "$to" && /bin/cp --archive "$from/etc" "$to/"
            echo $$ > HERE/here.new && mv HERE/here.new HERE/here
            exec sleep infinity
            """;

    @TempDir
    Path directory;

    private PlainPool pool;
    private Host host;

    @BeforeEach
    void open() throws IOException {
        Path half = directory.resolve("cp");
        Files.writeString(half, HALF.replace("HERE", directory.toString()));
        Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rwxr-xr-x"));
        pool = PlainPool.make("2G");
        host = Host.local(Timeouts.DEFAULT, Storage.PLAIN_DIRECTORIES);
    }

    @AfterEach
    void close() throws IOException {
        Path here = directory.resolve("here");
        if (Files.exists(here)) {
            Command.result("kill", "-KILL", Files.readString(here).strip());
        }
        try (PlainPool closed = pool;
                Host used = host) {
            Setup.remove(used, MACHINE);
        }
    }

    private static ContainerSpec spec() {
        return ContainerSpec.named(MACHINE).image(Setup.image()).build();
    }

    @Test
    void aDeployIsDoneByTheNext() throws Exception {
        kill("deploy", MACHINE);

        assertThat(entries())
                .hasSize(2)
                .contains(Setup.image())
                .anyMatch(entry -> entry.startsWith(".#") && entry.endsWith(MACHINE));
        assertThat(Command.run("machinectl", "list-images", "--no-legend")).doesNotContain(MACHINE);
        assertThat(Command.result("systemctl", "start", "systemd-nspawn@" + MACHINE + ".service")
                        .status())
                .isNotZero();
        Command.result("systemctl", "reset-failed", "systemd-nspawn@" + MACHINE + ".service");
        assertThat(host.containers()).isEmpty();

        host.deploy(spec()).awaitReady(READY);

        assertThat(entries()).containsExactly(Setup.image(), MACHINE);
        assertThat(POOL.resolve(MACHINE + "/usr/bin/systemctl")).exists();
    }

    @Test
    void anUpgradeIsTakenBackByTheNext() throws Exception {
        host.deploy(spec());
        assertThat(host.container(MACHINE).exec("touch", "/root/mine").ok()).isTrue();
        kill("upgrade", MACHINE);
        assertThat(host.container(MACHINE).status().state()).isEqualTo(ContainerState.READY);

        host.deploy(spec());

        assertThat(entries()).containsExactly(Setup.image(), MACHINE);
        assertThat(host.container(MACHINE).status())
                .extracting(ContainerStatus::state)
                .isEqualTo(ContainerState.READY);
        assertThat(POOL.resolve(MACHINE + "/root/mine")).exists();
        assertThat(host.plan(spec()).changesNothing()).isTrue();
        host.upgrade(spec(), Setup.image());
        assertThat(POOL.resolve(MACHINE + "/root/mine")).doesNotExist();
    }

    @Test
    void aPreparationIsDoneByTheNext() throws Exception {
        kill("prepare", PREPARED);
        assertThat(host.images().find(PREPARED)).isEmpty();
        assertThat(Command.run("machinectl", "list-images", "--no-legend")).doesNotContain(PREPARED);

        host.images().prepare(ImageRecipe.from(Setup.image()).named(PREPARED)).await(READY);

        assertThat(entries()).containsExactly(Setup.image(), PREPARED);
        host.images().remove(PREPARED);
    }

    /** Kills the JVM while its copy is at work, and waits for the end of that: it must come by itself. */
    private void kill(String verb, String name) throws IOException, InterruptedException {
        Path here = directory.resolve("here");
        ProcessBuilder builder = new ProcessBuilder(Command.java(PlainMain.class, verb, name, Setup.image()));
        builder.environment().merge("PATH", directory + ":", (path, first) -> first + path);
        Process process = builder.redirectErrorStream(true).start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            Await.until("half a copy", () -> Files.exists(here) || !process.isAlive());
            assertThat(process.isAlive())
                    .as("%s", process.isAlive() ? "" : output.lines().toList())
                    .isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        String copier = Files.readString(here).strip();
        Await.until("end of what copies", () -> !Files.exists(Path.of("/proc", copier)));
    }

    private static List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(POOL)) {
            List<String> names = new ArrayList<>();
            entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.equals("lost+found"))
                    .filter(name -> !name.endsWith(".lck"))
                    .sorted()
                    .forEach(names::add);
            return names;
        }
    }
}
