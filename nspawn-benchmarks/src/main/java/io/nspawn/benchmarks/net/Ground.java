package io.nspawn.benchmarks.net;

import io.nspawn.benchmarks.Command;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.Link;
import io.nspawn.net.LinkFilter;
import io.nspawn.net.LinkSpec;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.NetworkNamespace;
import io.nspawn.net.RouteSocket;
import io.nspawn.net.VethPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the work is done: a network namespace with a veth pair, and another one named "target". The process must be in
 * a mount and a network namespace of its own: its end, however it comes, ends all of this.
 */
record Ground(RouteSocket here, RouteSocket there, Link lower) implements AutoCloseable {
    /** The group that all links are in which are made to be deleted, so that one group delete can do it. */
    static final int GROUP = 4711;

    /** Links that are there besides those of a work: lo and the pair. */
    static final int OTHERS = 3;

    static final NetworkNamespace TARGET = NetworkNamespace.named("target");

    static Ground make() {
        requireOwnNamespace("mnt");
        requireOwnNamespace("net");
        Command.run("mount", "-t", "tmpfs", "bench", "/run");
        Command.run("ip", "netns", "add", "target");
        RouteSocket here = RouteSocket.open();
        Link lower = here.links()
                .create(LinkSpec.veth("up0", new VethPeer(InterfaceName.of("wire0")).setUp())
                        .up());
        return new Ground(here, RouteSocket.open(TARGET), lower);
    }

    /** The property holds the namespaces that the script was started in. */
    private static void requireOwnNamespace(String kind) {
        try {
            String own = Files.readSymbolicLink(Path.of("/proc/self/ns", kind)).toString();
            if (System.getProperty("bench.outside." + kind, own).equals(own)) {
                throw new IllegalStateException("not in a " + kind + " namespace of its own: start it with the script");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LinkSpec macvlan(int number) {
        return LinkSpec.macvlan("b" + number, lower.index(), MacvlanMode.BRIDGE);
    }

    void fill(int count) {
        for (int i = 0; i < count; i++) {
            here.links().create(macvlan(i).group(GROUP));
        }
    }

    /** Leaves the next subject the same ground as the one before. */
    void clear() {
        for (RouteSocket socket : new RouteSocket[] {here, there}) {
            socket.links().deleteAll(socket.links().list(LinkFilter.all().kind("macvlan")));
        }
    }

    @Override
    public void close() {
        there.close();
        here.close();
    }
}
