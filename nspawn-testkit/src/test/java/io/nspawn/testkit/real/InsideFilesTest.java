package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.testkit.lab.LabTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Files that go into a container that runs and come out of it, and links that try to lead out. */
@LabTest({"bookworm", "trixie"})
class InsideFilesTest {
    private static final String NAME = "lt-files";
    private static final String PLAIN = "lt-files-plain";
    private static final Path POOL = Path.of("/var/lib/machines");

    @TempDir(cleanup = CleanupMode.ALWAYS)
    static Path directory = Path.of("");

    private static Optional<Host> opened = Optional.empty();

    @BeforeAll
    static void deploy() {
        Host host = Host.local();
        opened = Optional.of(host);
        host.deploy(ContainerSpec.named(NAME).image(Setup.image()).build()).awaitReady(Duration.ofSeconds(60));
        host.deploy(Setup.application(PLAIN).withoutUserNamespace().build());
    }

    @AfterAll
    static void remove() {
        Setup.remove(host(), NAME, PLAIN);
        host().close();
    }

    private static Host host() {
        return opened.orElseThrow();
    }

    private static Container container() {
        return host().container(NAME);
    }

    private static String inside(String... command) {
        return container().exec(command).stdout();
    }

    private static Path tree(String name) throws IOException {
        Path tree = Files.createDirectories(directory.resolve(name).resolve("below"));
        Files.writeString(tree.resolve("file"), "content of " + name + "\n");
        Files.setAttribute(tree.resolve("file"), "unix:uid", 12345);
        Files.createSymbolicLink(tree.resolveSibling("link"), Path.of("/etc/hostname"));
        return directory.resolve(name);
    }

    @Test
    void aTreeGoesInAndBelongsToRootInside() throws IOException {
        container().copyTo(tree("in"), "/root/tree");

        assertThat(inside("cat", "/root/tree/below/file")).isEqualTo("content of in\n");
        assertThat(inside("stat", "-c", "%u %g", "/root/tree", "/root/tree/below/file"))
                .isEqualTo("0 0\n0 0\n");
        assertThat(inside("readlink", "/root/tree/link")).isEqualTo("/etc/hostname\n");
    }

    @Test
    void aTreeComesOutAndBelongsToRoot() throws IOException {
        inside("/bin/sh", "-c", "mkdir -p /srv/out/d; echo text > /srv/out/d/f; chown -R daemon /srv/out");
        Path target = directory.resolve("out");

        container().copyFrom("/srv/out", target);

        assertThat(target.resolve("d/f")).hasContent("text");
        assertThat(Files.getAttribute(target.resolve("d/f"), "unix:uid")).isEqualTo(0);
    }

    @Test
    void whatIsThereIsReplacedAndWhatIsMissingIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("new"), "new");
        container().write("/run/there", stream("old"), 0644);

        assertThatThrownBy(() -> container().copyTo(file, "/run/no/such/parent"))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> container().copyTo(directory.resolve("missing"), "/run/x"))
                .isInstanceOf(NotFoundException.class);
        container().copyTo(file, "/run/there");

        assertThat(inside("cat", "/run/there")).isEqualTo("new");
        container().copyFrom("/run/there", directory.resolve("back"));
        assertThat(directory.resolve("back")).hasContent("new");
    }

    @Test
    void aStreamIsWrittenWholeOrNotAtAll() throws IOException {
        byte[] bytes = new byte[3_000_001];
        new Random(11).nextBytes(bytes);

        container().write("/var/tmp/stream", new ByteArrayInputStream(bytes), 0640);

        try (InputStream read = container().read("/var/tmp/stream")) {
            assertThat(read.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(inside("stat", "-c", "%u %g %a %s", "/var/tmp/stream")).isEqualTo("0 0 640 3000001\n");
        assertThatThrownBy(() -> container().write("/var/tmp/stream", new Broken(), 0644))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(inside("stat", "-c", "%a %s", "/var/tmp/stream")).isEqualTo("640 3000001\n");
        assertThat(inside("ls", "-A", "/var/tmp")).doesNotContain("nspawn");
    }

    @Test
    void mountsInsideAreSeenAndOtherUsersFilesToo() throws IOException {
        inside("/bin/sh", "-c", "mkdir -m 700 /run/private; echo mine > /run/private/f; chown -R daemon /run/private");

        container().write("/run/private/new", stream("added"), 0600);

        try (InputStream read = container().read("/run/private/f")) {
            assertThat(read).hasContent("mine\n");
        }
        assertThat(inside("cat", "/run/private/new")).isEqualTo("added");
        assertThat(POOL.resolve(NAME).resolve("run/private")).doesNotExist();
    }

    /** Every link is planted by root inside, and is to be resolved as that root sees it. */
    @Test
    void noLinkLeadsToTheHost() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "of the host");
        inside("/bin/sh", "-c", "ln -sfn " + secret + " /srv/file; ln -sfn " + directory + " /srv/dir");
        inside("/bin/sh", "-c", "ln -sfn ../../../../../.." + directory + " /srv/up; ln -sfn /proc/1/root /srv/magic");

        assertThatThrownBy(() -> container().read("/srv/file").close()).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> container().read("/srv/dir/secret").close()).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> container().read("/srv/up/secret").close()).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> container().read("/../../.." + secret).close()).isInstanceOf(NotFoundException.class);
        for (String link : Set.of("/srv/dir", "/srv/up")) {
            assertThatThrownBy(() -> container().write(link + "/planted", stream("x"), 0644))
                    .isInstanceOf(NotFoundException.class);
        }
        container().write("/srv/file", stream("replaced"), 0644);
        container().copyTo(secret, "/srv/copied");

        assertThat(secret).hasContent("of the host");
        assertThat(directory.resolve("planted")).doesNotExist();
        assertThat(inside("cat", "/srv/file")).isEqualTo("replaced");
        assertThat(inside("stat", "-c", "%F", "/srv/file")).isEqualTo("regular file\n");
    }

    @Test
    void whatIsNoRegularFileIsNotRead() {
        inside("mkfifo", "/run/pipe");

        assertThatThrownBy(() -> container().read("/run/pipe").close()).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> container().read("/dev/null").close()).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> container().read("/etc").close()).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> container().read("relative").close()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBindIntoAUserNamespaceIsRefusedWithTheWayOut() {
        assertThatThrownBy(() -> container().bind(directory, "/mnt", true))
                .isInstanceOfSatisfying(UnsupportedException.class, e -> {
                    assertThat(e).hasMessageContaining("user namespace");
                    assertThat(e.remedy()).get().asString().contains("spec");
                });
    }

    @Test
    void aBindIntoOneWithoutIsThereAtOnce() throws IOException {
        Path shared = Files.createDirectories(directory.resolve("shared"));
        Files.writeString(shared.resolve("file"), "bound");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        Container plain = host().container(PLAIN);

        plain.bind(shared, "/mnt", true);

        try (InputStream read = plain.read("/mnt/file")) {
            assertThat(read).hasContent("bound");
        }
        assertThatThrownBy(() -> plain.write("/mnt/new", stream("x"), 0644)).hasMessageContaining("ead-only");
        assertThat(shared.resolve("new")).doesNotExist();
    }

    @Test
    void oneThatDoesNotRunHasNoInside() {
        Container nobody = host().container("lt-nobody");

        assertThatThrownBy(() -> nobody.read("/etc/hostname").close()).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> nobody.write("/run/x", stream("x"), 0644)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> nobody.copyTo(directory, "/run/x")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> nobody.bind(directory, "/mnt", true)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(nobody::shell).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(nobody::processes).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(nobody::limits).isInstanceOf(NotFoundException.class);
        assertThat(nobody.metrics()).isEmpty();
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Gives some bytes and then fails. */
    private static final class Broken extends InputStream {
        private int given;

        @Override
        public int read() throws IOException {
            if (++given > 100_000) {
                throw new IOException("the source is broken");
            }
            return 'x';
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            bytes[from] = (byte) read();
            return 1;
        }
    }
}
