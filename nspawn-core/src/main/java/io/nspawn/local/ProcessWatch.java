package io.nspawn.local;

import java.util.Optional;

/**
 * Tells of the end of a process, child or not, by pidfd_open(2) (Linux 5.3). It holds on to the process and not to its
 * number: another process that is given the number later is not mistaken for it.
 */
final class ProcessWatch implements AutoCloseable {
    private static final long STACK = 256 * 1024;

    private final Native os;
    private final int pid;
    private final int process;
    private final int closing;
    private Optional<Thread> watcher = Optional.empty();

    private ProcessWatch(Native os, int pid, int process, int closing) {
        this.os = os;
        this.pid = pid;
        this.process = process;
        this.closing = closing;
    }

    /**
     * Takes hold of a process.
     *
     * @throws io.nspawn.model.NotFoundException if there is none
     */
    static ProcessWatch open(Native os, int pid) {
        int process = os.openProcess(pid);
        try {
            return new ProcessWatch(os, pid, process, os.openCounter());
        } catch (RuntimeException e) {
            os.close(process);
            throw e;
        }
    }

    /**
     * Has something done once the process has ended, now or later; not after the close. To be called once.
     *
     * @param action is run by a thread of its own, which ends with the close
     */
    void onEnd(Runnable action) {
        Runnable watch = () -> {
            if (os.awaitReadable(process, closing)) {
                action.run();
            }
        };
        Thread thread = new Thread(null, watch, "nspawn-watch-" + pid, STACK, false);
        thread.setDaemon(true);
        thread.start();
        watcher = Optional.of(thread);
    }

    @Override
    public void close() {
        os.signal(closing);
        watcher.ifPresent(ProcessWatch::join);
        os.close(closing);
        os.close(process);
    }

    /** Waits without regard to interrupts, which stay pending: the thread uses the descriptors until it ends. */
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
