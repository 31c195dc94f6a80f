package com.example.deployer;

import io.nspawn.Host;
import io.nspawn.btrfs.BtrfsException;
import io.nspawn.btrfs.Filesystem;
import io.nspawn.net.RouteSocket;
import java.nio.file.Path;

/** Calls each native part once, and prints what became of it: a line each, "works" or the sentence that the user gets. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        attempt("btrfs", () -> {
            try (Filesystem filesystem = Filesystem.open(Path.of("/proc"))) {
                throw new IllegalStateException("/proc is no btrfs: " + filesystem);
            } catch (BtrfsException.NotBtrfs e) {
                // The kernel was asked, and said so.
            }
        });
        attempt("netlink", () -> {
            try (RouteSocket socket = RouteSocket.open()) {
                socket.links().get("lo");
            }
        });
        attempt("bus", () -> {
            try (Host host = Host.local()) {
                host.systemdVersion();
            }
        });
    }

    private static void attempt(String part, Runnable work) {
        try {
            work.run();
            System.out.println(part + ": works");
        } catch (RuntimeException | LinkageError e) {
            System.out.println(part + ": " + e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }
}
