package io.nspawn.btrfs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the tests of sending have in common. */
final class SendSupport {
    private SendSupport() {}

    /** Skips where the kernel cannot send protocol 2. */
    static void requireProtocol2() throws IOException {
        Path file = Path.of("/sys/fs/btrfs/features/send_stream_version");
        boolean known =
                Files.exists(file) && Integer.parseInt(Files.readString(file).strip()) >= 2;
        assumeTrue(known, "needs Linux 6.0 for protocol 2");
    }

    /** The sending threads that do not end within half a minute. */
    static List<Thread> threadsAlive() {
        List<Thread> all = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(Sending.THREAD_PREFIX))
                .toList();
        try {
            for (Thread thread : all) {
                thread.join(30_000);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return all.stream().filter(Thread::isAlive).toList();
    }
}
