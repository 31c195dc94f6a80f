// Downloads an image with its checksum, sees a download with a wrong one refused, and one that is missing.
//
//     ./example pull-and-verify            on the host in memory
//     ./example pull-and-verify --lab      on a real host that is thrown away after (root), from a server of its own
//
// Verify.SIGNATURE is what to use for servers of others: it takes SHA256SUMS.gpg beside the archive, and the key in
// /etc/systemd/import-pubring.gpg or in the vendor's own ring (importctl(1), machinectl(1)).
package io.nspawn.examples;

import com.sun.net.httpserver.HttpServer;
import io.nspawn.Host;
import io.nspawn.model.ImageName;
import io.nspawn.model.Operation;
import io.nspawn.model.TransferFailedException;
import io.nspawn.model.Verify;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;

/** Downloads, checked. */
public final class PullAndVerify {
    private static final String IN_MEMORY = "http://images.example/";

    private PullAndVerify() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        boolean memory = arguments.length == 0 || arguments[0].equals("--memory");
        Stage.play(
                PullAndVerify.class,
                arguments,
                fake -> fake.addDownload(IN_MEMORY + "good.tar.gz")
                        .addFailingDownload(IN_MEMORY + "bad.tar.gz", "DOWNLOAD INVALID: Checksum did not check out"),
                (host, image) -> {
                    if (memory) {
                        show(host, URI.create(IN_MEMORY));
                        return;
                    }
                    HttpServer server = serve();
                    try {
                        show(
                                host,
                                URI.create("http://127.0.0.1:"
                                        + server.getAddress().getPort() + "/"));
                    } finally {
                        server.stop(0);
                    }
                });
    }

    private static void show(Host host, URI server) {
        pull(host, server.resolve("good.tar.gz"));
        pull(host, server.resolve("bad.tar.gz"));
        pull(host, server.resolve("missing.tar.gz"));
        host.images().list().forEach(image -> System.out.println("image " + image.name()));
        host.images().remove("pulled");
        host.images().cleanHidden(); // what importd keeps of a download
    }

    private static void pull(Host host, URI source) {
        String name = host.images().find("pulled").isEmpty() ? "pulled" : "pulled-again";
        try (ProgressLine progress = ProgressLine.onTerminal()) {
            Operation<ImageName> pull = host.images().pullTar(source, name, Verify.CHECKSUM);
            ImageName image = pull.await(Duration.ofMinutes(5), progress.operation("pull"));
            System.out.println(source + " is image " + image);
        } catch (TransferFailedException e) {
            System.out.println(e.getMessage());
        }
    }

    /** A server with an archive, the same under a name whose checksum is wrong, and nothing else. */
    private static HttpServer serve() throws IOException {
        byte[] archive = archive();
        String sums = sha256(archive) + "  good.tar.gz\n" + "0".repeat(64) + "  bad.tar.gz\n";
        Map<String, byte[]> files = Map.of(
                "/good.tar.gz", archive,
                "/bad.tar.gz", archive,
                "/SHA256SUMS", sums.getBytes(StandardCharsets.US_ASCII));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = files.get(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
            if (body != null) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
        return server;
    }

    private static byte[] archive() throws IOException {
        Process tar = new ProcessBuilder("tar", "--create", "--gzip", "--directory=/usr/lib", "os-release")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        tar.getOutputStream().close();
        return tar.getInputStream().readAllBytes();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
