package io.nspawn.net;

import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.Variadic;

/** pidfd_open(2), which the library leaves to its callers. */
final class PidfdCall {
    private static final long PIDFD_OPEN = 434;

    private PidfdCall() {}

    /** Public because the class generated for it lives in another class loader. */
    public interface LibC {
        @Variadic(fixedCount = 1)
        long syscall(long number, int pid, int flags);
    }

    static int open(long pid) {
        return (int) LibraryLoader.create(LibC.class).load("c").syscall(PIDFD_OPEN, (int) pid, 0);
    }
}
