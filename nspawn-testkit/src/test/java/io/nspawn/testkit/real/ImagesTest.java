package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.Host;
import io.nspawn.Image;
import io.nspawn.Images;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.CanceledException;
import io.nspawn.model.Compression;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ImageName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Operation;
import io.nspawn.model.Operation.State;
import io.nspawn.model.QuotaMode;
import io.nspawn.model.Size;
import io.nspawn.model.TransferFailedException;
import io.nspawn.model.Verify;
import io.nspawn.testkit.lab.LabTest;
import io.nspawn.testkit.real.TestServer.Manner;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images come, go and change by machined and importd, from a server that does its work and from others. */
@LabTest({"bookworm", "trixie"})
class ImagesTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Path POOL = Path.of("/var/lib/machines");
    private static final String NAME = "lt-pulled";
    private static final String FILE = "small.tar.gz";

    @TempDir
    Path directory;

    private Optional<Host> opened = Optional.empty();
    private Optional<TestServer> started = Optional.empty();

    @BeforeEach
    void open() throws IOException {
        opened = Optional.of(Host.local());
        started = Optional.of(TestServer.start());
    }

    @AfterEach
    void removeAll() throws IOException {
        server().close();
        try (Host host = host()) {
            Setup.remove(host, "lt-runs");
            for (String name : List.of(NAME, "lt-other", "lt-raw")) {
                Command.result("machinectl", "remove", name);
            }
            images().cleanHidden();
        }
    }

    @AfterEach
    void quotasOff() {
        Command.result("btrfs", "quota", "disable", POOL.toString());
    }

    private Host host() {
        return opened.orElseThrow();
    }

    private Images images() {
        return host().images();
    }

    private TestServer server() {
        return started.orElseThrow();
    }

    /** A root with little but some bytes that do not compress, so that it can be cut. */
    private byte[] archive() throws IOException {
        Path root = Files.createDirectories(directory.resolve("root/usr/lib"));
        Files.writeString(root.resolve("os-release"), "ID=small\n");
        byte[] noise = new byte[256 * 1024];
        new Random(7).nextBytes(noise);
        Files.write(root.resolve("noise"), noise);
        Path file = directory.resolve(FILE);
        Command.run(
                "tar", "-czf", file.toString(), "-C", directory.resolve("root").toString(), ".");
        return Files.readAllBytes(file);
    }

    private static byte[] sums(byte[] content) throws Exception {
        return sums(FILE, content);
    }

    private static byte[] sums(String file, byte[] content) throws Exception {
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        return (sum + "  " + file + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static Set<String> pool() throws IOException {
        try (Stream<Path> entries = Files.list(POOL)) {
            return new TreeSet<>(entries.map(Path::toString).toList());
        }
    }

    private void assertSmall(String name) throws IOException {
        assertThat(images().list()).extracting(image -> image.name().value()).contains(name);
        assertThat(images().find(name)).get().matches(Image::sealed);
        assertThat(POOL.resolve(name).resolve("usr/lib/os-release")).hasContent("ID=small");
        assertThat(Files.size(POOL.resolve(name).resolve("usr/lib/noise"))).isEqualTo(256 * 1024);
    }

    private TransferFailedException failed(Operation<ImageName> operation) {
        TransferFailedException failure =
                catchThrowableOfType(TransferFailedException.class, () -> operation.await(LONG));
        assertThat(failure).isNotNull();
        assertThat(operation.isDone()).isTrue();
        assertThat(images().find(NAME)).isEmpty();
        return failure;
    }

    @Test
    void aGoodArchiveBecomesASealedImage() throws Exception {
        byte[] archive = archive();
        URI uri = server().serve(FILE, archive, Manner.WHOLE);
        server().serve("SHA256SUMS", sums(archive), Manner.WHOLE);
        List<State> told = new ArrayList<>();

        Operation<ImageName> operation = images().pullTar(uri, NAME, Verify.CHECKSUM);
        assertThat(operation.await(LONG, told::add).value()).isEqualTo(NAME);

        assertSmall(NAME);
        assertThat(operation.state().fraction()).hasValue(1);
        assertThat(operation.log()).anyMatch(line -> line.contains(uri.toString()));
        assertThat(operation.toCompletableFuture().get(1, TimeUnit.SECONDS).value())
                .isEqualTo(NAME);
        assertThatThrownBy(() -> images().pullTar(uri, NAME, Verify.CHECKSUM))
                .isInstanceOf(AlreadyExistsException.class);
    }

    @Test
    void aWrongChecksumIsRefused() throws Exception {
        Set<String> before = pool();
        URI uri = server().serve(FILE, archive(), Manner.WHOLE);
        server().serve("SHA256SUMS", sums(new byte[1]), Manner.WHOLE);

        TransferFailedException failure = failed(images().pullTar(uri, NAME, Verify.CHECKSUM));

        assertThat(failure).hasMessageContaining("hecksum").hasMessageContaining("pull " + uri);
        assertThat(failure.remedy()).isPresent();
        assertThat(pool()).isEqualTo(before);
    }

    /** There are sums, and nobody signed them. */
    @Test
    void aMissingSignatureIsRefused() throws Exception {
        byte[] archive = archive();
        Set<String> before = pool();
        URI uri = server().serve(FILE, archive, Manner.WHOLE);
        server().serve("SHA256SUMS", sums(archive), Manner.WHOLE);

        failed(images().pullTar(uri, NAME, Verify.SIGNATURE));

        assertThat(pool()).isEqualTo(before);
    }

    @Test
    void whatIsNoSignatureIsRefused() throws Exception {
        byte[] archive = archive();
        Set<String> before = pool();
        URI uri = server().serve(FILE, archive, Manner.WHOLE);
        server().serve("SHA256SUMS", sums(archive), Manner.WHOLE);
        server().serve("SHA256SUMS.gpg", new byte[] {1, 2, 3}, Manner.WHOLE);

        failed(images().pullTar(uri, NAME, Verify.SIGNATURE));

        assertThat(pool()).isEqualTo(before);
    }

    @Test
    void aGoodSignatureIsTaken() throws Exception {
        byte[] archive = archive();
        try (SigningKey key = SigningKey.make(directory.resolve("key")).trust()) {
            URI uri = serveSigned(FILE, archive, sums(archive), key);

            assertThat(images().pullTar(uri, NAME, Verify.SIGNATURE).await(LONG).value())
                    .isEqualTo(NAME);
        }
        assertSmall(NAME);
    }

    @Test
    void aSignatureOfSomethingElseIsRefused() throws Exception {
        byte[] archive = archive();
        Set<String> before = pool();
        try (SigningKey key = SigningKey.make(directory.resolve("key")).trust()) {
            URI uri = serveSigned(FILE, archive, sums(archive), key);
            server().serve("SHA256SUMS.gpg", key.sign(sums(new byte[1])), Manner.WHOLE);

            TransferFailedException failure = failed(images().pullTar(uri, NAME, Verify.SIGNATURE));

            assertThat(failure.log()).anyMatch(line -> line.contains("ignature"));
        }
        assertThat(pool()).isEqualTo(before);
    }

    @Test
    void aSignatureByAStrangerIsRefused() throws Exception {
        byte[] archive = archive();
        Set<String> before = pool();
        try (SigningKey known = SigningKey.make(directory.resolve("known")).trust();
                SigningKey stranger = SigningKey.make(directory.resolve("stranger"))) {
            URI uri = serveSigned(FILE, archive, sums(archive), stranger);
            assertThat(known.sign(archive)).isNotEqualTo(stranger.sign(archive));

            failed(images().pullTar(uri, NAME, Verify.SIGNATURE));
        }
        assertThat(pool()).isEqualTo(before);
    }

    /** The signature is good, and what it vouches for is something else than what came. */
    @Test
    void aGoodSignatureOfAnotherChecksumIsRefused() throws Exception {
        byte[] archive = archive();
        Set<String> before = pool();
        try (SigningKey key = SigningKey.make(directory.resolve("key")).trust()) {
            URI uri = serveSigned(FILE, archive, sums(new byte[1]), key);

            assertThat(failed(images().pullTar(uri, NAME, Verify.SIGNATURE))).hasMessageContaining("hecksum");
        }
        assertThat(pool()).isEqualTo(before);
    }

    @Test
    void aDiskImageIsTakenByItsSignatureAlone() throws Exception {
        byte[] disk = new byte[1 << 20];
        new Random(8).nextBytes(disk);
        Set<String> before = pool();
        try (SigningKey key = SigningKey.make(directory.resolve("key")).trust()) {
            byte[] sums = sums("disk.raw", disk);
            URI uri = server().serve("disk.raw", disk, Manner.WHOLE);
            server().serve("SHA256SUMS", sums, Manner.WHOLE);
            failed(images().pullRaw(uri, NAME, Verify.SIGNATURE));
            server().serve("SHA256SUMS.gpg", key.sign(new byte[1]), Manner.WHOLE);
            failed(images().pullRaw(uri, NAME, Verify.SIGNATURE));
            assertThat(pool()).isEqualTo(before);

            server().serve("SHA256SUMS.gpg", key.sign(sums), Manner.WHOLE);
            images().pullRaw(uri, "lt-raw", Verify.SIGNATURE).await(LONG);
        }
        assertThat(Files.readAllBytes(POOL.resolve("lt-raw.raw"))).isEqualTo(disk);
    }

    private URI serveSigned(String name, byte[] content, byte[] sums, SigningKey key) throws IOException {
        server().serve("SHA256SUMS", sums, Manner.WHOLE);
        server().serve("SHA256SUMS.gpg", key.sign(sums), Manner.WHOLE);
        return server().serve(name, content, Manner.WHOLE);
    }

    @Test
    void quotasThatWereOffStayOff() throws Exception {
        host().pool().disableQuotas();
        byte[] archive = archive();
        URI uri = server().serve(FILE, archive, Manner.WHOLE);

        images().pullTar(uri, NAME, Verify.NONE).await(LONG);
        assertThat(host().pool().quotaMode()).isEqualTo(QuotaMode.NONE);
        images().importTar(new ByteArrayInputStream(archive), "lt-other").await(LONG);
        assertThat(host().pool().quotaMode()).isEqualTo(QuotaMode.NONE);
        assertThatThrownBy(() -> images().importTar(new ByteArrayInputStream(new byte[2]), "lt-bad")
                        .await(LONG))
                .isInstanceOf(TransferFailedException.class);
        assertThat(host().pool().quotaMode()).isEqualTo(QuotaMode.NONE);
    }

    @Test
    void quotasThatWereOnStayOn() throws Exception {
        Command.run("btrfs", "quota", "enable", POOL.toString());
        URI uri = server().serve(FILE, archive(), Manner.WHOLE);

        images().pullTar(uri, NAME, Verify.NONE).await(LONG);

        assertThat(host().pool().quotaMode()).isEqualTo(QuotaMode.FULL);
    }

    @Test
    void aTruncatedBodyIsRefused() throws Exception {
        Set<String> before = pool();
        URI uri = server().serve(FILE, archive(), Manner.CUT);

        TransferFailedException failure = failed(images().pullTar(uri, NAME, Verify.NONE));

        assertThat(failure.log()).isNotEmpty();
        assertThat(pool()).isEqualTo(before);
    }

    @Test
    void whatIsNotThereIsSaidToBeSo() throws Exception {
        Set<String> before = pool();

        TransferFailedException failure = failed(images().pullTar(server().uri("none.tar"), NAME, Verify.NONE));

        assertThat(failure).hasMessageContaining("404");
        assertThat(failure.remedy()).isPresent();
        assertThat(pool()).isEqualTo(before);
    }

    @Test
    void aStalledDownloadIsCancelled() throws Exception {
        Set<String> before = pool();
        URI uri = server().serve(FILE, archive(), Manner.STALLED);
        Operation<ImageName> operation = images().pullTar(uri, NAME, Verify.NONE);
        CompletableFuture<ImageName> future = operation.toCompletableFuture();
        assertThatThrownBy(() -> operation.await(SHORT)).isInstanceOf(DeadlineExceededException.class);
        assertThat(operation.isDone()).isFalse();

        operation.cancel();

        assertThatThrownBy(() -> operation.await(LONG)).isInstanceOf(CanceledException.class);
        assertThat(future).isCompletedExceptionally();
        operation.cancel();
        assertThat(images().find(NAME)).isEmpty();
        assertThat(pool()).isEqualTo(before);
    }

    @Test
    void theSameDownloadIsJoined() throws Exception {
        URI uri = server().serve(FILE, archive(), Manner.STALLED);
        Operation<ImageName> first = images().pullTar(uri, NAME, Verify.NONE);
        Await.until("request", () -> server().requests(FILE) > 0);

        Operation<ImageName> second = images().pullTar(uri, NAME, Verify.NONE);
        assertThatThrownBy(() -> images().pullTar(uri, "lt-other", Verify.NONE))
                .isInstanceOf(BusyException.class)
                .hasMessageContaining(NAME);
        assertThatThrownBy(() -> images().pullTar(uri, NAME, Verify.SIGNATURE)).isInstanceOf(BusyException.class);
        server().goOn();

        assertThat(first.await(LONG)).isEqualTo(second.await(LONG));
        assertSmall(NAME);
        assertThat(server().requests(FILE)).isEqualTo(1);
    }

    @Test
    void closingTheHostEndsTheWaiting() throws Exception {
        URI uri = server().serve(FILE, archive(), Manner.STALLED);
        try (Host other = Host.local()) {
            Operation<ImageName> operation = other.images().pullTar(uri, NAME, Verify.NONE);
            other.close();
            assertThat(operation.isDone()).isTrue();
        } finally {
            Operation<ImageName> joined = images().pullTar(uri, NAME, Verify.NONE);
            joined.cancel();
            assertThatThrownBy(() -> joined.await(LONG)).isInstanceOf(CanceledException.class);
        }
    }

    @Test
    void anImageGoesOutAndComesBackThroughStreams() throws Exception {
        images().importTar(new ByteArrayInputStream(archive()), NAME).await(LONG);
        assertSmall(NAME);

        ByteArrayOutputStream exported = new ByteArrayOutputStream();
        images().exportTar(NAME, exported, Compression.GZIP).await(LONG);
        images().importTar(new ByteArrayInputStream(exported.toByteArray()), "lt-other")
                .await(LONG);

        assertSmall("lt-other");
    }

    @Test
    void aDiskImageComesAndGoes() throws Exception {
        byte[] disk = new byte[1 << 20];
        new Random(8).nextBytes(disk);
        URI uri = server().serve("disk.raw", disk, Manner.WHOLE);
        images().pullRaw(uri, "lt-raw", Verify.NONE).await(LONG);
        assertThat(Files.readAllBytes(POOL.resolve("lt-raw.raw"))).isEqualTo(disk);

        ByteArrayOutputStream exported = new ByteArrayOutputStream();
        images().exportRaw("lt-raw", exported, Compression.NONE).await(LONG);
        assertThat(exported.toByteArray()).isEqualTo(disk);
        images().remove("lt-raw");

        images().importRaw(new ByteArrayInputStream(disk), "lt-raw").await(LONG);
        assertThat(Files.readAllBytes(POOL.resolve("lt-raw.raw"))).isEqualTo(disk);
    }

    @Test
    void whatIsNoArchiveIsNotImported() throws Exception {
        Set<String> before = pool();
        byte[] noise = new byte[100_000];
        new Random(9).nextBytes(noise);

        failed(images().importTar(new ByteArrayInputStream(noise), NAME));

        assertThat(pool()).isEqualTo(before);
    }

    /** The end of a stream that failed is not taken for the end of the archive. */
    @Test
    void aStreamThatFailsMakesNoImage() throws Exception {
        Set<String> before = pool();
        IOException cause = new IOException("the tape broke");
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw cause;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                throw cause;
            }
        };

        assertThat(failed(images().importTar(broken, NAME)))
                .hasMessageContaining("the tape broke")
                .hasCause(cause);
        assertThat(pool()).isEqualTo(before);
    }

    @Test
    void aTargetThatFailsEndsTheExport() {
        IOException cause = new IOException("the tape is full");
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw cause;
            }
        };

        assertThatThrownBy(() -> images().exportTar(Setup.image(), full, Compression.NONE)
                        .await(LONG))
                .isInstanceOf(TransferFailedException.class)
                .hasCause(cause);
    }

    @Test
    void anImageIsRenamedUnsealedLimitedAndRemoved() throws Exception {
        images().importTar(new ByteArrayInputStream(archive()), NAME).await(LONG);
        assertThatThrownBy(() -> images().rename(NAME, Setup.image())).isInstanceOf(AlreadyExistsException.class);

        images().unseal(NAME);
        assertThat(images().find(NAME)).get().matches(image -> !image.sealed());
        images().seal(NAME);
        images().rename(NAME, "lt-other");
        assertThat(images().find(NAME)).isEmpty();
        assertSmall("lt-other");

        Command.run("btrfs", "quota", "enable", POOL.toString());
        Command.run("btrfs", "quota", "rescan", "-w", POOL.toString());
        images().limit("lt-other", Size.parse("100M"));
        assertThat(images().usage("lt-other").limit()).hasValue(100 << 20);
        assertThat(images().usage("lt-other").referenced()).isPresent();

        images().remove("lt-other");
        assertThat(images().find("lt-other")).isEmpty();
        assertThatThrownBy(() -> images().remove("lt-other")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images().usage("lt-other")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images().seal("lt-other")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void aRootInUseIsLeftAlone() {
        host().deploy(Setup.application("lt-runs").build());

        assertThatThrownBy(() -> images().remove("lt-runs")).isInstanceOf(BusyException.class);
        assertThatThrownBy(() -> images().rename("lt-runs", "lt-other")).isInstanceOf(BusyException.class);
        assertThatThrownBy(() -> images().seal("lt-runs")).isInstanceOf(BusyException.class);
    }

    @Test
    void onlyTheWebIsDownloadedFrom() {
        for (String uri : List.of("file:///etc/passwd", "ftp://127.0.0.1/x.tar", "x.tar", "http:x.tar")) {
            assertThatIllegalArgumentException()
                    .as(uri)
                    .isThrownBy(() -> images().pullTar(URI.create(uri), NAME, Verify.NONE));
        }
    }
}
