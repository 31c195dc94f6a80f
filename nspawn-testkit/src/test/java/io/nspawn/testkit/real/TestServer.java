package io.nspawn.testkit.real;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A web server on the loopback, which serves well or badly, on a port of its own. */
final class TestServer implements AutoCloseable {
    private static final int SHOWN_BEFORE_STALL = 4096;

    /** How a file is served. */
    enum Manner {
        WHOLE,
        /** The connection ends in the middle of the body. */
        CUT,
        /** Nothing more comes after the beginning, until {@link TestServer#goOn}. */
        STALLED
    }

    private static final class Served {
        private final byte[] content;
        private final Manner manner;

        Served(byte[] content, Manner manner) {
            this.content = content;
            this.manner = manner;
        }
    }

    private final ServerSocket server;
    private final Map<String, Served> files = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch stalled = new CountDownLatch(1);

    private TestServer(ServerSocket server) {
        this.server = server;
    }

    static TestServer start() throws IOException {
        TestServer test = new TestServer(new ServerSocket(0, 0, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
        test.inBackground(test::acceptAll);
        return test;
    }

    URI serve(String name, byte[] content, Manner manner) {
        files.put("/" + name, new Served(content, manner));
        return uri(name);
    }

    URI uri(String name) {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/" + name);
    }

    /** How often a file was asked for. */
    long requests(String name) {
        return asked.stream().filter(("/" + name)::equals).count();
    }

    void goOn() {
        stalled.countDown();
    }

    @Override
    public void close() throws IOException {
        goOn();
        server.close();
    }

    private void inBackground(Runnable body) {
        Thread thread = new Thread(body, "test-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket client = server.accept();
                inBackground(() -> answer(client));
            }
        } catch (IOException e) {
            goOn();
        }
    }

    private void answer(Socket client) {
        try (client) {
            BufferedReader request =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            String path =
                    String.valueOf(request.readLine()).replaceFirst("^GET ", "").replaceFirst(" .*$", "");
            String header = request.readLine();
            while (header != null && !header.isEmpty()) {
                header = request.readLine();
            }
            asked.add(path);
            Served file = files.getOrDefault(path, new Served(new byte[0], Manner.WHOLE));
            String status = files.containsKey(path) ? "200 OK" : "404 Not Found";
            OutputStream out = client.getOutputStream();
            out.write(("HTTP/1.1 " + status + "\r\nContent-Length: " + file.content.length
                            + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            send(out, file);
            out.flush();
        } catch (IOException e) {
            asked.add("hung up: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(OutputStream body, Served file) throws IOException, InterruptedException {
        if (file.manner == Manner.WHOLE) {
            body.write(file.content);
            return;
        }
        int begin = Math.min(SHOWN_BEFORE_STALL, file.content.length / 2);
        body.write(file.content, 0, begin);
        body.flush();
        if (file.manner == Manner.STALLED) {
            stalled.await();
            body.write(Arrays.copyOfRange(file.content, begin, file.content.length));
        }
    }
}
