package io.nspawn.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReference;
import jnr.ffi.LibraryLoader;

/** Runs something without CAP_NET_ADMIN: on a thread of its own, which gives it up and ends; see capabilities(7). */
final class Unprivileged {
    private static final int VERSION_3 = 0x20080522;
    private static final int CAP_NET_ADMIN = 12;
    private static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");

    private Unprivileged() {}

    /** Public because the class generated for it lives in another class loader. */
    public interface LibC {
        int capget(ByteBuffer header, ByteBuffer data);

        int capset(ByteBuffer header, ByteBuffer data);
    }

    /** Gives what the call threw. */
    static Throwable thrownBy(Runnable call) {
        AtomicReference<Throwable> thrown = new AtomicReference<>(new AssertionError("nothing was thrown"));
        Thread thread = new Thread(() -> {
            try {
                giveUp();
                call.run();
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        thread.start();
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
        return thrown.get();
    }

    private static void giveUp() {
        ByteBuffer header = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        header.putInt(0, VERSION_3);
        ByteBuffer data = ByteBuffer.allocateDirect(24).order(ByteOrder.nativeOrder());
        if (LIBC.capget(header, data) != 0) {
            throw new IllegalStateException("capget");
        }
        data.putInt(0, data.getInt(0) & ~(1 << CAP_NET_ADMIN));
        if (LIBC.capset(header, data) != 0) {
            throw new IllegalStateException("capset");
        }
    }
}
