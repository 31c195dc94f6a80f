package io.nspawn.testkit.real;

import io.nspawn.Host;
import io.nspawn.host.ImageRecipe;
import io.nspawn.model.ImageName;
import io.nspawn.model.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Prepares an image in a JVM of its own, to be killed: while its archive is read, or while a command runs that never
 * ends, it says {@code here}.
 */
final class PrepareMain {
    private PrepareMain() {}

    /** Takes the word archive or command, the name of the image to make, and that of one to make it from. */
    public static void main(String[] arguments) {
        ImageRecipe recipe = arguments[0].equals("archive")
                ? ImageRecipe.fromTar("never ends", PrepareMain::endless)
                : ImageRecipe.from(arguments[2]).command("/bin/sleep", "infinity");
        try (Host host = Host.local()) {
            Operation<ImageName> operation = host.images().prepare(recipe.named(arguments[1]));
            operation.await(Duration.ofMinutes(5), state -> {
                if (state.message().startsWith("running /bin/sleep")) {
                    say();
                }
            });
        }
    }

    /** An archive of nothing so far. */
    private static InputStream endless() {
        return new InputStream() {
            @Override
            public int read() {
                say();
                try {
                    while (System.in.read() >= 0) {
                        // Whoever started this kills it; when it dies first, the input ends.
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                return read();
            }
        };
    }

    private static void say() {
        PrintStream out = System.out;
        out.println(EngineMain.HERE);
        out.flush();
    }
}
