package io.nspawn.local;

import io.nspawn.dbus.Bus;
import io.nspawn.dbus.Doorway;
import io.nspawn.dbus.Systemd;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.PermissionDeniedException;
import java.io.IOException;
import java.time.Duration;

/** A connection to the bus inside a container, as its root. */
final class ContainerBus implements AutoCloseable {
    private static final String SOCKET = "/run/dbus/system_bus_socket";

    private final Bus bus;
    private final Systemd systemd;

    private ContainerBus(Bus bus, Duration call) {
        this.bus = bus;
        this.systemd = Systemd.over(bus, call);
    }

    /**
     * Connects.
     *
     * @param call how long connecting, and each call after it, may take
     * @throws HostFailureException if there is no bus inside
     */
    static ContainerBus open(Native os, ContainerRoot root, Duration call) {
        try {
            return new ContainerBus(Bus.through(new Door(os, root), call), call);
        } catch (HostNotReadyException | PermissionDeniedException | NotFoundException e) {
            if (root.hasEnded()) {
                throw ContainerRoot.gone(root.machine());
            }
            throw new HostFailureException(silent(root, String.valueOf(e.getMessage())), e);
        }
    }

    /**
     * Makes sure that there is a bus inside, for those who enter by other means and have no word for it.
     *
     * @throws HostFailureException if there is none
     */
    static void require(Native os, ContainerRoot root) {
        try {
            os.close(os.openInRoot(root.directory(), SOCKET, Native.O_PATH));
        } catch (NotFoundException e) {
            throw new HostFailureException(silent(root, String.valueOf(e.getMessage())), e);
        }
    }

    private static Failure silent(ContainerRoot root, String reason) {
        return Failure.of("enter", root.machine().value(), "no bus answers inside: " + reason)
                .remedy("The container needs a running systemd and D-Bus inside.");
    }

    /** The container's own systemd. */
    Systemd systemd() {
        return systemd;
    }

    @Override
    public void close() {
        try (bus) {
            systemd.close();
        }
    }

    /** The socket is opened below the container's root, and connected to through the descriptor: no link leads astray. */
    private record Door(Native os, ContainerRoot root) implements Doorway {
        @Override
        public <T> T enter(Entrance<T> entrance) throws IOException {
            int socket;
            try {
                socket = os.openInRoot(root.directory(), SOCKET, Native.O_PATH);
            } catch (NspawnException e) {
                throw new IOException(e.getMessage(), e);
            }
            try {
                return root.asRoot(() -> entrance.connect("/proc/self/fd/" + socket));
            } finally {
                os.close(socket);
            }
        }

        @Override
        public String place() {
            return SOCKET + " of " + root.machine();
        }
    }
}
