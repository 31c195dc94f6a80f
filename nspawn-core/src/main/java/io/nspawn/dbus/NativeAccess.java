package io.nspawn.dbus;

import io.nspawn.model.Failure;
import io.nspawn.model.UnsupportedException;
import org.newsclub.net.unix.AFUNIXSocket;

/** Whether this JVM lets the socket library load its native code (JEP 472). */
final class NativeAccess {

    private NativeAccess() {}

    /** Fails with the flag to give, before anything was tried. */
    static void require() {
        try {
            if (!AFUNIXSocket.isSupported()) {
                throw refused("the native socket library cannot be loaded", null);
            }
        } catch (LinkageError | IllegalCallerException e) {
            throw refused("the native socket library cannot be loaded: " + e.getMessage(), e);
        }
    }

    private static UnsupportedException refused(String reason, @org.jspecify.annotations.Nullable Throwable cause) {
        String module = NativeAccess.class.getModule().isNamed() ? "org.newsclub.net.unix" : "ALL-UNNAMED";
        return new UnsupportedException(
                Failure.of("connect to", "the bus", reason)
                        .remedy("Start java with --enable-native-access=" + module
                                + "; where the temporary directory allows no execution, set"
                                + " -Dorg.newsclub.net.unix.library.tmpdir too"),
                cause);
    }
}
