package io.nspawn.testkit.real;

import io.nspawn.Host;
import io.nspawn.model.Size;

/** Makes a loopback pool of the size it is given, in a JVM of its own, to be killed. */
final class PoolMain {
    private PoolMain() {}

    public static void main(String[] arguments) {
        try (Host host = Host.local()) {
            host.pool().ensureLoopback(Size.parse(arguments[0]));
        }
    }
}
