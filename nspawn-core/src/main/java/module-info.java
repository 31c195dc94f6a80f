/**
 * Containers on systemd: specs, plans and deploys, and the control of machined and PID 1 that they stand on.
 *
 * <p>Start at {@code io.nspawn.Host}.
 */
module io.nspawn.core {
    requires static org.jspecify;
    requires org.jnrproject.constants;
    requires org.jnrproject.ffi;
    // jnr-ffi uses them and, being an automatic module, cannot say so.
    requires org.objectweb.asm.commons;
    requires org.objectweb.asm.util;
    requires org.freedesktop.dbus;
    // Holds the socket library's native code; nothing names it, so nothing else would resolve it.
    requires com.kohlschutter.junixsocket.nativecommon;
    requires org.newsclub.net.unix;
    requires org.slf4j;
    requires io.nspawn.btrfs;
    requires transitive io.nspawn.net;

    exports io.nspawn;
    exports io.nspawn.config;
    exports io.nspawn.config.nspawn;
    exports io.nspawn.deploy;
    exports io.nspawn.host;
    exports io.nspawn.model;
    exports io.nspawn.spi;

    // Its tests hold the real ports against the contracts that the fake keeps.
    exports io.nspawn.local to
            io.nspawn.testkit;

    // jnr-ffi generates its implementation of LibC at run time, outside of every named module.
    opens io.nspawn.local;
}
