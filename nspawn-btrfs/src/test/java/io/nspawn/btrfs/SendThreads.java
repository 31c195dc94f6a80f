package io.nspawn.btrfs;

import java.util.List;

/** The threads that send. */
final class SendThreads {
    private SendThreads() {}

    /** Those that do not end within half a minute. */
    static List<Thread> alive() {
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
