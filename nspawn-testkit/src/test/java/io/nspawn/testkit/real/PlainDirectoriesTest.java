package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.Timeouts;
import io.nspawn.host.ReadinessCheck;
import io.nspawn.local.LocalHost;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.ImageName;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.Outcome;
import io.nspawn.model.PoolState;
import io.nspawn.model.Size;
import io.nspawn.model.Storage;
import io.nspawn.model.UnsupportedException;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host without btrfs under its pool carries containers in plain directories, once it is asked to. */
@LabTest({"bookworm", "trixie"})
class PlainDirectoriesTest {
    private static final Duration READY = Duration.ofMinutes(2);
    private static final Path POOL = PoolScratch.POOL;
    private static final String MACHINE = "lp-one";

    @AfterEach
    void nothingIsLeft() {
        Command.result("machinectl", "terminate", MACHINE);
        Command.result("rm", "-rf", "/etc/systemd/nspawn/" + MACHINE + ".nspawn");
    }

    @AfterAll
    static void theLabHasItsPoolAgain() {
        try (Host lab = Host.local()) {
            assertThat(lab.images().find(Setup.image())).isPresent();
        }
    }

    private static Host open() {
        return Host.local(Timeouts.DEFAULT, Storage.PLAIN_DIRECTORIES);
    }

    private static ImageName image() {
        return ImageName.of(Setup.image());
    }

    private static Set<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(POOL)) {
            Set<String> names = new TreeSet<>();
            entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.equals("lost+found"))
                    .forEach(names::add);
            return names;
        }
    }

    private static ContainerSpec spec() {
        return ContainerSpec.named(MACHINE).image(Setup.image()).build();
    }

    @Test
    void aContainerLivesInOne() throws IOException {
        try (PlainPool pool = PlainPool.make("2G");
                Host host = open()) {
            // What a killed run left goes with the next.
            Files.createDirectories(POOL.resolve(ImageStore.STAGING_PREFIX + "~" + MACHINE + "/etc"));
            Container container = host.deploy(spec());
            container.awaitReady(READY);

            assertThat(container
                            .exec("head", "-c22", "/proc/self/uid_map")
                            .stdout()
                            .strip())
                    .doesNotEndWith(" 0");
            assertThat(container.exec("sh", "-c", "echo kept > /root/file").ok())
                    .isTrue();
            assertThat(host.plan(spec()).changesNothing()).isTrue();
            assertThatThrownBy(() -> container.snapshot("before"))
                    .isInstanceOf(BusyException.class)
                    .hasMessageContaining("Stop what runs on it");
            container.stop();
            container.snapshot("before");
            Files.writeString(POOL.resolve(MACHINE + "/root/file"), "changed\n");
            container.rollback("before");

            assertThat(Files.readString(POOL.resolve(MACHINE + "/root/file"))).isEqualTo("kept\n");
            assertThat(Command.run("machinectl", "show-image", MACHINE + "@before"))
                    .contains("ReadOnly=yes")
                    .contains("Type=directory");
            container.removeSnapshot("before");
            container.remove();
            assertThat(entries()).containsExactly(Setup.image());
        }
    }

    @Test
    void nobodyGetsItUnasked() {
        try (PlainPool pool = PlainPool.make("1G");
                Host host = Host.local()) {
            if (!(host.pool().state() instanceof PoolState.Ready)) {
                assertThatThrownBy(() -> host.deploy(spec()))
                        .isInstanceOf(HostNotReadyException.class)
                        .hasMessageContaining("plain directories");
            } else {
                assertThat(host.images().list()).isEmpty();
            }
        }
    }

    @Test
    void whatOnlyBtrfsHasIsRefused() throws IOException {
        try (PlainPool pool = PlainPool.make("1G");
                Host host = open()) {
            assertThat(host.pool().state()).isInstanceOf(PoolState.Directories.class);
            assertThatThrownBy(() -> host.pool().ensureLoopback(Size.parse("1G")))
                    .isInstanceOf(AlreadyExistsException.class)
                    .hasMessageContaining("plain directories");
            assertThatThrownBy(() -> host.pool().grow(Size.parse("2G"))).isInstanceOf(AlreadyExistsException.class);
            assertThatThrownBy(() -> host.pool().enableSimpleQuotas()).isInstanceOf(UnsupportedException.class);
            ContainerSpec limited = ContainerSpec.named(MACHINE)
                    .image(Setup.image())
                    .limits(l -> l.disk("1G"))
                    .build();
            assertThatThrownBy(() -> host.deploy(limited)).isInstanceOf(InvalidSpecException.class);
            assertThat(host.pool().usage(Setup.image()).content().total()).isGreaterThan(50L << 20);
            assertThat(host.readiness().forContainers(1).checks())
                    .filteredOn(check -> check.subject().startsWith("pool")
                            || check.subject().equals("btrfs"))
                    .extracting(ReadinessCheck::subject)
                    .containsExactly("pool", "pool room");
            assertThat(host.readiness().forContainers(1000).findings())
                    .anyMatch(finding -> finding.subject().equals("pool room"));
            assertThat(entries()).containsExactly(Setup.image());
        }
    }

    @Test
    void aCopyIsWhatItWasMadeFrom() throws IOException {
        try (PlainPool pool = PlainPool.make("1G");
                HostPorts ports = LocalHost.open(Storage.PLAIN_DIRECTORIES)) {
            ports.images().cloneAll(image(), List.of(MACHINE));
            Path root = POOL.resolve(MACHINE);
            Command.run("sh", "-c", ODD, "sh", root.toString());

            ports.images().snapshot(MACHINE, "lp-two", true);

            assertThat(listing(POOL.resolve("lp-two"))).isEqualTo(listing(root)).contains("bad");
            assertThat(Command.run("stat", "--format=%b", POOL + "/lp-two/odd/holes")
                            .strip())
                    .isIn("8", "16", "32");
            assertThat(Command.result("touch", POOL + "/lp-two/new").status()).isNotZero();
            ports.images().remove(List.of(MACHINE, "lp-two"));
            assertThat(entries()).containsExactly(Setup.image());
        }
    }

    /** Two names of one file, holes, a pipe, a device, a link, owners, times and odd names. */
    private static final String ODD = """
            set -e; mkdir "$1/odd"; cd "$1/odd"
            echo one > file; ln file again; chown 65534:12 file; chmod 4751 file; touch -d @1000000000 file
            truncate -s 64M holes; printf x | dd of=holes bs=1 seek=33554432 conv=notrunc status=none
            mkfifo -m 600 pipe; mknod null c 1 3; ln -s /etc/shadow link; mkdir -m 1777 sticky
            touch "$(printf 'bad\\377name')"
            """;

    /** By find(1): all but inode numbers, and what a directory has by its filesystem alone. */
    private static String listing(Path root) {
        String format = "-type d -printf '%P %m %U %G\\n' -o -printf '%P %y %m %U %G %n %s %l %T@\\n'";
        return Command.run("sh", "-c", "cd \"$1\" && find . " + format + " | LC_ALL=C sort", "sh", root.toString());
    }

    @Test
    void whatIsMountedInARootIsNotDeletedWithIt(@TempDir Path outside) throws IOException {
        try (PlainPool pool = PlainPool.make("1G");
                HostPorts ports = LocalHost.open(Storage.PLAIN_DIRECTORIES)) {
            Files.writeString(outside.resolve("precious"), "theirs");
            ports.images().cloneAll(image(), List.of(MACHINE));
            Command.run("mount", "--bind", outside.toString(), POOL + "/" + MACHINE + "/mnt");

            assertThatThrownBy(() -> ports.images().remove(List.of(MACHINE))).isInstanceOf(BusyException.class);

            assertThat(outside.resolve("precious")).hasContent("theirs");
            assertThat(POOL.resolve(MACHINE + "/etc/os-release")).exists();
            Command.run("umount", POOL + "/" + MACHINE + "/mnt");
            ports.images().remove(List.of(MACHINE));
        }
    }

    /** Of files that share their blocks there is always room. */
    @Test
    void aFullFilesystemKeepsNoPart() throws IOException {
        try (PlainPool pool = PlainPool.make("400M");
                HostPorts ports = LocalHost.open(Storage.PLAIN_DIRECTORIES)) {
            Command.result("dd", "if=/dev/urandom", "of=" + POOL + "/.fill", "bs=1M");
            try {
                ports.images().cloneAll(image(), List.of(MACHINE, "lp-two"));
                assertThat(ports.images().backing().state()).extracting("type").isEqualTo("btrfs");
                ports.images().remove(List.of(MACHINE, "lp-two"));
            } catch (NoSpaceException e) {
                assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            }

            assertThat(entries()).containsExactly(".fill", Setup.image());
        }
    }

    /** A container may make directories deeper than any path: such a root is not copied, and can be removed. */
    @Test
    void aRootDeeperThanPathsIsRefusedAndRemoved() throws IOException {
        try (PlainPool pool = PlainPool.make("1G");
                HostPorts ports = LocalHost.open(Storage.PLAIN_DIRECTORIES)) {
            ports.images().cloneAll(image(), List.of(MACHINE));
            Command.run(
                    "perl",
                    "-e",
                    "chdir $ARGV[0]; for (1..40) { mkdir('d' x 200) && chdir('d' x 200) || die $! }",
                    POOL + "/" + MACHINE);

            assertThatThrownBy(() -> ports.images().snapshot(MACHINE, "lp-two", true))
                    .isInstanceOf(HostFailureException.class)
                    .hasMessageContaining("File name too long");

            assertThat(entries()).containsExactly(Setup.image(), MACHINE);
            ports.images().remove(List.of(MACHINE));
            assertThat(entries()).containsExactly(Setup.image());
        }
    }

    @Test
    void aCopySharesWhatTheFilesystemCanShare() throws IOException {
        try (PlainPool pool = PlainPool.onBtrfs("1G");
                HostPorts ports = LocalHost.open(Storage.PLAIN_DIRECTORIES)) {
            ports.images().sync();
            long before = ports.images().space().free();

            ports.images().cloneAll(image(), List.of(MACHINE, "lp-two", "lp-three"));

            long image = ports.images()
                    .backing()
                    .usage(List.of(Setup.image()))
                    .get(0)
                    .disk()
                    .total();
            assertThat(before - ports.images().space().free()).isLessThan(image);
            ports.images().remove(List.of(MACHINE, "lp-two", "lp-three"));
        }
    }
}
