package io.nspawn.testkit.real;

import io.nspawn.Host;
import io.nspawn.model.NspawnException;
import java.io.PrintStream;

/** Opens this machine and says how that went, in a JVM of its own. */
final class OpenMain {
    static final int REFUSED = 3;

    private OpenMain() {}

    public static void main(String[] arguments) {
        PrintStream out = System.out;
        try (Host host = Host.local()) {
            out.println("opened, systemd " + host.systemdVersion());
        } catch (NspawnException e) {
            out.println(e);
            System.exit(REFUSED);
        }
    }
}
