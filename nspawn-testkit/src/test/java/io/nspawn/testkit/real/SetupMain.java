package io.nspawn.testkit.real;

import io.nspawn.Host;
import io.nspawn.host.HostSetup;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Sets a bare host up in a JVM of its own: to be killed, or in a lab that is rebooted then. */
final class SetupMain {
    private SetupMain() {}

    /** Takes the word setup, rebooted or endless, the name of the image, and where the root lies that it is made of. */
    public static void main(String[] arguments) {
        String image = arguments[1];
        Path root = Path.of(arguments[2]);
        HostSetup setup = BareHost.setup(image, () -> BareHost.archiveOf(root));
        try (Host host = Host.local()) {
            switch (arguments[0]) {
                case "setup" -> {
                    host.setUp(setup, SetupMain::say);
                    requireNothing(host.planSetUp(setup));
                    host.deployAll(BareHost.specs(image), progress -> {});
                    BareHost.awaitAll(host, image);
                }
                case "rebooted" -> {
                    BareHost.awaitAll(host, image);
                    requireNothing(host.planSetUp(setup));
                    requireNothing(host.setUp(setup, SetupMain::say));
                    if (!host.plan(BareHost.specs(image)).changesNothing()) {
                        throw new AssertionError(
                                host.plan(BareHost.specs(image)).toString());
                    }
                }
                case "endless" -> host.setUp(BareHost.setup(image, () -> endless(root)), SetupMain::say);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }

    private static void requireNothing(List<String> changes) {
        if (!changes.isEmpty()) {
            throw new AssertionError("there was more to do: " + changes);
        }
    }

    private static void say(String line) {
        PrintStream out = System.out;
        out.println(line);
        out.flush();
    }

    /** An archive whose first part comes, and no more. */
    private static InputStream endless(Path root) {
        InputStream archive = BareHost.archiveOf(root);
        return new InputStream() {
            private int left = 32 << 20;

            @Override
            public int read() {
                throw new UnsupportedOperationException("not by bytes");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (left > 0) {
                    int count = archive.read(buffer, offset, Math.min(length, left));
                    left -= count;
                    return count;
                }
                say(EngineMain.HERE);
                return waitForTheEnd();
            }
        };
    }

    /** Whoever started this kills it; when it dies first, the input ends. */
    private static int waitForTheEnd() {
        try {
            while (System.in.read() >= 0) {
                // What comes is nothing to this.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return -1;
    }
}
