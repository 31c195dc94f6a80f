package io.nspawn.local;

import io.nspawn.spi.HostFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/** Takes a lock in a JVM of its own and holds it until it is killed or its input ends. */
final class LockMain {
    private LockMain() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        LocalFiles files = new LocalFiles(new Native());
        try (HostFiles.Lock held = files.lock(Path.of(arguments[0]), Duration.ofSeconds(10))) {
            out.println("held");
            out.flush();
            int end = System.in.read();
            out.println("ended with " + end);
        }
    }
}
