package io.nspawn.dbus;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A message bus of the test's own, on a socket in its temporary directory. */
public final class PrivateDaemon implements AutoCloseable {

    private static final String CONFIG = """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
             "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <listen>unix:path=@SOCKET@</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow send_destination="*" eavesdrop="true"/>
                <allow eavesdrop="true"/>
                <allow own="*"/>
              </policy>
            </busconfig>
            """;

    private final Path socket;
    private final Path config;
    private Process process;

    private PrivateDaemon(Path socket, Path config, Process process) {
        this.socket = socket;
        this.config = config;
        this.process = process;
    }

    public static PrivateDaemon start(Path directory) throws IOException {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/dbus-daemon")), "needs dbus-daemon (package dbus-daemon)");
        Path socket = directory.resolve("bus");
        Path config = directory.resolve("bus.conf");
        Files.writeString(config, CONFIG.replace("@SOCKET@", socket.toString()));
        return new PrivateDaemon(socket, config, launch(config));
    }

    public String address() {
        return "unix:path=" + socket;
    }

    Path socket() {
        return socket;
    }

    /** Ends the daemon as a crash would. */
    public void kill() throws IOException {
        // First the socket: whoever sees the connection end may restart the daemon at once.
        Files.deleteIfExists(socket);
        process.destroyForcibly().onExit().join();
    }

    public void restart() throws IOException {
        process = launch(config);
    }

    /** Has it read nothing until {@link #thaw}. */
    void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String option) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", option, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill " + option + " ended with " + status);
        }
    }

    @Override
    public void close() throws IOException {
        kill();
    }

    private static Process launch(Path config) throws IOException {
        Process started = new ProcessBuilder(List.of(
                        "dbus-daemon", "--config-file=" + config, "--nofork", "--nopidfile", "--print-address=1"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        // It prints the address once it listens.
        BufferedReader out = started.inputReader(StandardCharsets.UTF_8);
        if (out.readLine() == null) {
            throw new IOException("dbus-daemon did not start");
        }
        return started;
    }
}
