package io.nspawn.net;

/**
 * A thread that enters a network namespace, makes one socket there, and ends.
 *
 * <p>It never comes back and never does anything else: a thread or process started from it would inherit the
 * namespace. So it belongs to no pool, and every class it needs is loaded before it starts.
 */
final class NamespaceThread implements Runnable {
    private static final long STACK = 256 * 1024;

    private final int namespace;
    private int socket = -1;
    private int errno;
    private boolean entered;

    private NamespaceThread(int namespace) {
        this.namespace = namespace;
    }

    /** Opens a netlink socket inside the namespace that the descriptor stands for. */
    static int socketIn(int namespace, String name) {
        // Loads all that the thread will touch, so that no class initialiser runs inside the namespace.
        Native.errno();
        NamespaceThread work = new NamespaceThread(namespace);
        Thread thread = new Thread(null, work, "netns-socket", STACK, false);
        thread.setDaemon(true);
        thread.start();
        join(thread);
        if (work.socket < 0) {
            throw Native.failure(
                    work.errno, work.entered ? "open a netlink socket in" : "enter", "network namespace " + name);
        }
        return work.socket;
    }

    @Override
    public void run() {
        entered = Native.libc().setns(namespace, Native.CLONE_NEWNET) == 0;
        if (entered) {
            socket = NetworkNamespace.newSocket();
        }
        errno = socket < 0 ? Native.errno() : 0;
    }

    /** Waits without regard to interrupts, which stay pending: the work is two system calls that do not block. */
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
