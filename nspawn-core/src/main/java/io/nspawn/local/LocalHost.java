package io.nspawn.local;

import io.nspawn.dbus.Bus;
import io.nspawn.dbus.Machined;
import io.nspawn.dbus.Networkd;
import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.PermissionDeniedException;
import io.nspawn.model.Storage;
import io.nspawn.model.UnsupportedException;
import io.nspawn.spi.HostFiles;
import io.nspawn.spi.HostPorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Opens the ports of this machine, after making sure that they can work. */
public final class LocalHost {
    private static final Path POOL = Path.of("/var/lib/machines");
    private static final int OLDEST_SYSTEMD = 252;
    private static final Duration PROBE = Duration.ofSeconds(30);

    private LocalHost() {}

    /** Opens them all or none, with a pool on btrfs. */
    public static HostPorts open() {
        return open(Storage.BTRFS);
    }

    /**
     * Opens them all or none.
     *
     * @throws PermissionDeniedException if this process is not root
     * @throws HostNotReadyException if the bus or machined is missing
     * @throws UnsupportedException if systemd is older than 252
     */
    public static HostPorts open(Storage storage) {
        Native os = new Native();
        if (!os.isRoot()) {
            throw new PermissionDeniedException(Failure.of("open", "this machine", "the process is not root")
                    .remedy("Run it as root, or use the in-memory host of nspawn-testkit."));
        }
        Bus bus = Bus.system();
        Optional<Bus> pid1 = Bus.pid1();
        try {
            requireMachined(bus);
            SystemdMachines machines = new SystemdMachines(os, bus, pid1);
            requireVersion(machines);
            HostFiles files = new LocalFiles(os);
            LocalImages images = storage == Storage.BTRFS
                    ? new LocalImages(
                            os, new BtrfsImageStore(os, POOL), new LocalPool(os, machines.systemd(), files, POOL), bus)
                    : new LocalImages(os, new DirectoryStore(os, POOL), new DirectoryBacking(POOL), bus);
            return new HostPorts(images, machines, new NetlinkNetwork(os, () -> Networkd.over(bus, PROBE)), files);
        } catch (NspawnException e) {
            pid1.ifPresent(Bus::close);
            bus.close();
            throw e;
        }
    }

    private static void requireMachined(Bus bus) {
        try {
            Machined.over(bus, PROBE).machines();
        } catch (NspawnException e) {
            throw notReady(
                    "systemd-machined",
                    e.failure().reason(),
                    e.remedy().orElse("install the package systemd-container"));
        }
    }

    private static void requireVersion(SystemdMachines machines) {
        if (!machines.version().atLeast(OLDEST_SYSTEMD)) {
            throw new UnsupportedException(
                    Failure.of("open", "this machine", "systemd " + machines.version() + " is too old")
                            .remedy("systemd " + OLDEST_SYSTEMD + " or later is needed."));
        }
    }

    private static HostNotReadyException notReady(String subject, String problem, String remedy) {
        return new HostNotReadyException("open", List.of(new Finding(subject, problem, remedy)));
    }
}
