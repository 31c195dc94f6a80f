package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.Image;
import io.nspawn.host.ImageManifest;
import io.nspawn.host.ImageRecipe;
import io.nspawn.model.BusyException;
import io.nspawn.model.CanceledException;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ExecResult;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.ImageName;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.Operation;
import io.nspawn.model.UnsupportedException;
import io.nspawn.model.Verify;
import io.nspawn.testkit.lab.LabTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images are prepared on a real host: from all that it has, with commands that run in systemd-nspawn. */
@LabTest({"bookworm", "trixie"})
class ImageRecipeTest {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final Path POOL = Path.of("/var/lib/machines");
    private static final String NAME = "lt-prepared";
    private static final String SECOND = "lt-prepared-2";
    private static final String SOURCE = "lt-source";

    @TempDir
    Path directory;

    private Optional<Host> opened = Optional.empty();
    private Set<String> before = Set.of();
    private final List<Path> mounted = new ArrayList<>();

    @BeforeEach
    void open() {
        before = HostState.now();
        opened = Optional.of(Host.local());
    }

    @AfterEach
    void removeAll() throws IOException {
        try (Host host = host()) {
            Setup.remove(host, "lt-of-image");
        }
        unmount();
        try (Stream<Path> entries = Files.list(POOL)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.startsWith("lt-")) {
                    delete(entry);
                }
            }
        }
        Command.run("btrfs", "filesystem", "sync", POOL.toString());
    }

    private void unmount() {
        mounted.forEach(path -> Command.run("umount", path.toString()));
        mounted.clear();
    }

    private static void delete(Path root) {
        Command.result("btrfs", "property", "set", "-ts", root.toString(), "ro", "false");
        Command.result("btrfs", "subvolume", "delete", root.resolve("srv/inner").toString());
        Command.run("btrfs", "subvolume", "delete", root.toString());
    }

    private Host host() {
        return opened.orElseThrow();
    }

    private ImageRecipe recipe() {
        return ImageRecipe.from(Setup.image()).named(NAME);
    }

    private Operation<ImageName> prepare(ImageRecipe recipe) {
        Operation<ImageName> operation = host().images().prepare(recipe);
        assertThat(operation.await(LONG)).isEqualTo(recipe.name().orElseThrow());
        return operation;
    }

    private ImageManifest manifest() {
        return host().images().manifest(NAME).orElseThrow();
    }

    private static Path inside(String path) {
        return POOL.resolve(NAME).resolve(path);
    }

    private void assertSealedAndAnonymous() throws IOException {
        assertThat(host().images().find(NAME)).get().matches(Image::sealed);
        assertThat(inside("etc/machine-id")).isEmptyFile();
        assertThat(inside("var/lib/systemd/random-seed")).doesNotExist();
        assertThat(inside("var/lib/machines")).isEmptyDirectory();
        assertThat(Files.getAttribute(inside("var/lib/machines"), "unix:ino")).isNotEqualTo(256L);
        assertThat(Command.run("btrfs", "subvolume", "list", "-o", inside("").toString()))
                .isBlank();
        assertThat(HostState.changesSince(before))
                .allSatisfy(change -> assertThat(change).startsWith("+ ").contains("lt-"));
    }

    private Container deployed() {
        Container container = host().deploy(
                        ContainerSpec.named("lt-of-image").image(NAME).boots().build());
        container.awaitReady(LONG);
        return container;
    }

    private InvalidSpecException refused(ImageRecipe recipe) {
        InvalidSpecException refusal = catchThrowableOfType(
                InvalidSpecException.class, () -> host().images().prepare(recipe));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    @Test
    void aLeanImageBootsAndIsEntered() throws IOException {
        prepare(recipe().lean());

        assertSealedAndAnonymous();
        assertThat(manifest().masks()).containsKeys("systemd-logind.service", "apt-daily.timer");
        assertThat(manifest().masks().keySet())
                .allSatisfy(unit -> assertThat(Files.readSymbolicLink(inside("etc/systemd/system/" + unit)))
                        .hasToString("/dev/null"));
        Container container = deployed();
        ExecResult state = container.exec("systemctl", "is-system-running", "--wait");
        assertThat(state.stdout().strip()).isEqualTo("running");
        assertThat(container.exec("test", "-e", "/run/nologin").ok()).isFalse();
        assertThat(container
                        .exec("systemctl", "is-active", "systemd-logind.service")
                        .ok())
                .isFalse();
    }

    @Test
    void theSameRecipeDoesNothingAgainWhateverWasCloned() throws IOException {
        prepare(recipe().lean());
        long first = subvolume();
        deployed();
        Command.run("btrfs", "filesystem", "sync", POOL.toString());

        assertThat(prepare(recipe().lean()).log()).containsExactly("nothing to do: the same recipe made it");

        assertThat(subvolume()).isEqualTo(first);
        prepare(recipe().lean().unmask("systemd-logind.service"));
        assertThat(subvolume()).isNotEqualTo(first);
        assertThat(inside("etc/systemd/system/systemd-logind.service")).doesNotExist();
        assertThat(host().container("lt-of-image").exec("true").ok()).isTrue();
    }

    private static long subvolume() {
        return Long.parseLong(Command.run(
                        "btrfs",
                        "inspect-internal",
                        "rootid",
                        POOL.resolve(NAME).toString())
                .strip());
    }

    @Test
    void commandsRunAsRootOfASystemThatRuns() throws IOException {
        prepare(recipe().file("/usr/local/share/text", "from the recipe\n")
                .command("cp", "/usr/local/share/text", "/srv/copied")
                .command("chown", "daemon:", "/srv/copied")
                .command("systemctl", "is-active", "basic.target")
                .command("sh", "-c", "ip -brief link > /srv/links"));

        assertThat(inside("srv/copied")).hasContent("from the recipe");
        assertThat(Files.getAttribute(inside("srv/copied"), "unix:uid")).isEqualTo(1);
        assertThat(Files.getAttribute(inside("srv"), "unix:uid")).isEqualTo(0);
        assertThat(Files.readString(inside("srv/links")).lines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("lo ");
        assertThat(manifest().steps())
                .contains(new ImageManifest.Step("ran systemctl is-active basic.target", List.of("active")));
        assertSealedAndAnonymous();
    }

    @Test
    void aPackageIsInstalled() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("deb/DEBIAN"));
        Files.writeString(tree.resolve("control"), """
                Package: lt-package
                Version: 1
                Architecture: all
                Maintainer: nobody <nobody@localhost>
                Description: of a test
                """);
        Files.writeString(
                Files.createDirectories(directory.resolve("deb/usr/share/lt")).resolve("file"), "packed\n");
        Path deb = directory.resolve("lt.deb");
        Command.run(
                "dpkg-deb",
                "--build",
                "--root-owner-group",
                directory.resolve("deb").toString(),
                deb.toString());

        prepare(recipe().file("/var/tmp/lt.deb", Files.readAllBytes(deb), 0644)
                .packages("/var/tmp/lt.deb")
                .hostNetwork());

        assertThat(inside("usr/share/lt/file")).hasContent("packed");
        assertThat(Files.readString(inside("var/lib/dpkg/status"))).contains("Package: lt-package");
        assertSealedAndAnonymous();
    }

    @Test
    void aCommandThatFailsLeavesNothing() {
        Operation<ImageName> operation =
                host().images().prepare(recipe().command("sh", "-c", "echo one; echo two >&2; exit 7"));

        assertThatThrownBy(() -> operation.await(LONG))
                .isInstanceOf(HostFailureException.class)
                .hasMessageContaining("exit code 7")
                .hasMessageContaining("one")
                .hasMessageContaining("two");
        assertThat(HostState.changesSince(before)).isEmpty();
    }

    @Test
    void aPreparationIsCancelled() throws InterruptedException {
        Operation<ImageName> operation = host().images().prepare(recipe().command("/bin/sleep", "infinity"));
        Await.until("the command", () -> operation.state().message().startsWith("running /bin/sleep"));

        operation.cancel();

        assertThatThrownBy(() -> operation.await(LONG)).isInstanceOf(CanceledException.class);
        assertThat(HostState.changesSince(before)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"archive", "command"})
    void aPreparationThatWasKilledIsDoneByTheNext(String where) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Command.java(PrepareMain.class, where, NAME, Setup.image()))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            StringBuilder said = new StringBuilder();
            for (String line = output.readLine(); !EngineMain.HERE.equals(line); line = output.readLine()) {
                assertThat(line).as("it said %s", said).isNotNull();
                said.append(line).append('\n');
            }
            process.destroyForcibly();
            assertThat(process.waitFor()).isEqualTo(128 + 9);
        } finally {
            process.destroyForcibly();
        }
        assertThat(host().images().list())
                .extracting(image -> image.name().value())
                .containsExactly(Setup.image());

        prepare(recipe().lean());

        assertSealedAndAnonymous();
    }

    @Test
    void thisVeryHostBecomesAnImage() throws IOException {
        Path root = Files.createDirectory(directory.resolve("root"));
        Command.run("mount", "--bind", "/", root.toString());
        mounted.add(root);

        ImageRecipe recipe = ImageRecipe.fromDirectory(root).named(NAME).volatileJournal();
        prepare(recipe.mask("nspawn-lab-ready.service", "it is the lab's own"));
        unmount();

        assertThat(inside("usr/bin/machinectl")).exists();
        assertThat(inside("proc")).isEmptyDirectory();
        assertSealedAndAnonymous();
    }

    @Test
    void aDirectoryIsTheSameUntilItChanges() throws IOException {
        Path root = Files.createDirectories(directory.resolve("small"));
        Files.createDirectories(root.resolve("usr/lib"));
        Files.writeString(root.resolve("usr/lib/os-release"), "ID=small\n");
        Files.createLink(root.resolve("usr/lib/linked"), root.resolve("usr/lib/os-release"));
        ImageRecipe recipe = ImageRecipe.fromDirectory(root).named(NAME).applicationsOnly();
        prepare(recipe);
        assertThat(Files.getAttribute(inside("usr/lib/linked"), "unix:nlink")).isEqualTo(2);
        assertThat(prepare(recipe).log()).hasSize(1);

        Files.writeString(root.resolve("usr/lib/os-release"), "ID=tiny\n");
        prepare(recipe);

        assertThat(inside("usr/lib/os-release")).hasContent("ID=tiny");
        assertThat(refused(ImageRecipe.fromDirectory(root).named(SECOND))).hasMessageContaining("no init");
        assertThat(refused(ImageRecipe.fromDirectory(directory).named(SECOND))).hasMessageContaining("no root file");
    }

    @Test
    void anArchiveBecomesAnImageWithAllThatIsInIt() throws IOException {
        Path archive = directory.resolve("image.tar.gz");
        String image = POOL.resolve(Setup.image()).toString();
        Command.run("tar", "-C", image, "--xattrs", "--xattrs-include=*", "--acls", "-czf", archive.toString(), ".");

        prepare(ImageRecipe.fromTar(archive).named(NAME).lean());

        assertSealedAndAnonymous();
        for (String path : List.of("usr/bin/passwd", "var/log", "tmp", "etc/shadow")) {
            Path original = Path.of(image, path);
            for (String attribute : List.of("unix:mode", "unix:uid", "unix:gid")) {
                assertThat(Files.getAttribute(inside(path), attribute, LinkOption.NOFOLLOW_LINKS))
                        .as("%s of %s", attribute, path)
                        .isEqualTo(Files.getAttribute(original, attribute, LinkOption.NOFOLLOW_LINKS));
            }
        }
        assertThat(prepare(ImageRecipe.fromTar(archive).named(NAME).lean()).log())
                .hasSize(1);
        assertThat(deployed().exec("true").ok()).isTrue();
    }

    @Test
    void aStreamThatFailsOrIsNoArchiveLeavesNothing() throws IOException {
        ImageRecipe broken = ImageRecipe.fromTar("1", () -> new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the tape broke");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        });
        Path noise = Files.write(directory.resolve("noise"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});

        assertThatThrownBy(() -> prepare(broken.named(NAME)))
                .isInstanceOf(HostFailureException.class)
                .hasMessageContaining("the tape broke");
        assertThatThrownBy(() -> prepare(ImageRecipe.fromTar(noise).named(NAME)))
                .isInstanceOf(HostFailureException.class)
                .hasMessageContaining("tar");
        assertThat(HostState.changesSince(before)).isEmpty();
    }

    @Test
    void nestedSubvolumesAreRefusedOrFlattened() throws IOException {
        Path source = POOL.resolve(SOURCE);
        Command.run(
                "btrfs", "subvolume", "snapshot", POOL.resolve(Setup.image()).toString(), source.toString());
        Command.run("btrfs", "subvolume", "create", source.resolve("srv/inner").toString());
        Files.writeString(source.resolve("srv/inner/file"), "nested\n");
        Command.run("btrfs", "property", "set", "-ts", source.toString(), "ro", "true");
        ImageRecipe ofImage = ImageRecipe.from(SOURCE).named(NAME);
        ImageRecipe ofDirectory = ImageRecipe.fromDirectory(source).named(NAME);

        assertThat(refused(ofImage)).hasMessageContaining("srv/inner");
        assertThat(refused(ofDirectory)).hasMessageContaining("srv/inner");
        prepare(ofImage.flattenNested());
        assertThat(inside("srv/inner/file")).hasContent("nested");
        prepare(ofDirectory.flattenNested());
        assertThat(inside("srv/inner/file")).hasContent("nested");

        assertThat(Command.run("btrfs", "subvolume", "list", "-o", inside("").toString()))
                .isBlank();
    }

    @Test
    void networkdAndResolvedAreEnabledAsSystemctlDoes() throws IOException {
        Path source = POOL.resolve(SOURCE);
        Command.run(
                "btrfs", "subvolume", "snapshot", POOL.resolve(Setup.image()).toString(), source.toString());
        Command.run("systemctl", "--root=" + source, "disable", "systemd-networkd.service");
        Command.run("btrfs", "property", "set", "-ts", source.toString(), "ro", "true");

        prepare(ImageRecipe.from(SOURCE).named(NAME).networkd());

        assertThat(Command.run("systemctl", "--root=" + POOL.resolve(NAME), "is-enabled", "systemd-networkd.service")
                        .strip())
                .isEqualTo("enabled");
        assertThat(Command.result(
                                "systemctl",
                                "--root=" + POOL.resolve(NAME),
                                "is-enabled",
                                "systemd-networkd-wait-online.service")
                        .output()
                        .strip())
                .isEqualTo("disabled");
    }

    @Test
    void aDownloadBecomesAnImage() throws Exception {
        Path archive = directory.resolve("image.tar.gz");
        Command.run("tar", "-C", POOL.resolve(Setup.image()).toString(), "-czf", archive.toString(), ".");
        try (TestServer server = TestServer.start()) {
            ImageRecipe recipe = ImageRecipe.fromPull(
                            server.serve("image.tar.gz", Files.readAllBytes(archive), TestServer.Manner.WHOLE),
                            Verify.NONE)
                    .named(NAME)
                    .lean();
            prepare(recipe);
            assertThat(prepare(recipe).log()).hasSize(1);
            assertThat(server.requests("image.tar.gz")).isEqualTo(1);
        } finally {
            host().images().cleanHidden();
            Command.result("btrfs", "quota", "disable", POOL.toString());
        }
        assertThat(host().images().find(NAME)).get().matches(Image::sealed);
        assertThat(inside("etc/machine-id")).isEmptyFile();
    }

    @Test
    void mmdebstrapIsMissedBeforeAnythingIsTouched() {
        assertThat(Files.exists(Path.of("/usr/bin/mmdebstrap"))).isFalse();
        assertThatThrownBy(() -> host().images()
                        .prepare(ImageRecipe.mmdebstrap("bookworm").named(NAME)))
                .isInstanceOfSatisfying(
                        UnsupportedException.class, e -> assertThat(e.remedy()).isPresent());
        assertThat(HostState.changesSince(before)).isEmpty();
    }

    /** A program that says what it was told, and makes a copy of the lab's image where it is told to. */
    @Test
    void mmdebstrapMakesAnImage() throws IOException {
        Path program = Path.of("/usr/local/bin/mmdebstrap");
        Files.writeString(
                program,
                "#!/bin/sh\necho \"I: told $*\" >&2\n[ \"$3\" = bookworm ] || exit 25\ncp -a /var/lib/machines/"
                        + Setup.image() + "/. \"$4/\"\n");
        program.toFile().setExecutable(true);
        try {
            Operation<ImageName> made =
                    prepare(ImageRecipe.mmdebstrap("bookworm", "curl").named(NAME));
            assertThat(made.log())
                    .anyMatch(line -> line.contains(
                            "told --variant=minbase --include=systemd,systemd-sysv,dbus,iproute2,curl bookworm "
                                    + POOL));
            assertThatThrownBy(() -> prepare(ImageRecipe.mmdebstrap("none").named(SECOND)))
                    .isInstanceOf(HostFailureException.class)
                    .hasMessageContaining("exit status 25")
                    .hasMessageContaining("told");
        } finally {
            Files.delete(program);
        }
        assertSealedAndAnonymous();
    }

    @Test
    void whatIsInTheWayIsRefused() {
        Command.run(
                "btrfs",
                "subvolume",
                "snapshot",
                POOL.resolve(Setup.image()).toString(),
                POOL.resolve(NAME).toString());

        assertThat(refused(recipe())).hasMessageContaining("no recipe made");
        assertThat(refused(ImageRecipe.from("lt-none").named(SECOND))).hasMessageContaining("not there");
        assertThat(refused(ImageRecipe.from(NAME).named(SECOND))).hasMessageContaining("seal");
        assertThat(refused(ImageRecipe.from(Setup.image())
                                .named(SECOND)
                                .mask("no-such.service", "none")
                                .enable("nor-this.service"))
                        .findings())
                .hasSize(2);
    }

    @Test
    void aChangedManifestIsNoticedAndAnImageInUseIsLeftAlone() throws IOException {
        prepare(recipe());
        Command.run("btrfs", "property", "set", "-ts", POOL.resolve(NAME).toString(), "ro", "false");
        Path manifest = inside(ImageManifest.PATH.substring(1));
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.replace("btrfs", "other"));
        assertThatThrownBy(() -> host().images().manifest(NAME)).isInstanceOf(HostFailureException.class);
        Files.writeString(manifest, text);
        Command.run("systemctl", "start", "systemd-nspawn@" + NAME + ".service");
        try {
            assertThatThrownBy(() -> {
                        Command.run(
                                "btrfs",
                                "property",
                                "set",
                                "-ts",
                                POOL.resolve(NAME).toString(),
                                "ro",
                                "true");
                        host().images().prepare(recipe().lean());
                    })
                    .isInstanceOf(BusyException.class);
        } finally {
            // An init that has hardly begun would not hear that it is to stop, and take the unit's time-out.
            Command.run("systemctl", "kill", "--signal=KILL", "systemd-nspawn@" + NAME + ".service");
            Command.run("systemctl", "stop", "systemd-nspawn@" + NAME + ".service");
        }
        assertThat(manifest().image().value()).isEqualTo(NAME);
    }
}
