package io.nspawn.local;

import io.nspawn.dbus.ListedMachine;
import io.nspawn.dbus.Machined;
import io.nspawn.dbus.Systemd;
import io.nspawn.dbus.UnitRun;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.NspawnNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What of a machine that is going away is still held: a start or removal before that fails with "busy" or "exists". */
final class Holders {
    private static final Path POOL = Path.of("/var/lib/machines");
    private static final Path LOCKS = Path.of("/run/systemd/nspawn/locks");
    /** Where machined keeps what it knows of each machine. */
    private static final Path RECORDS = Path.of("/run/systemd/machines");

    private static final Path LINKS = Path.of("/sys/class/net");

    private final Native os;
    private final Systemd systemd;
    private final Machined machined;

    Holders(Native os, Systemd systemd, Machined machined) {
        this.os = os;
        this.systemd = systemd;
        this.machined = machined;
    }

    /** The first of what is held, in the order in which it goes; empty if the machine is released. */
    Optional<String> of(MachineName machine) {
        return unit(machine).or(() -> record(machine)).or(() -> lock(machine)).or(() -> link(machine));
    }

    /** Whether machined may know of the machine; asks nobody. */
    static boolean mayBeRecorded(MachineName machine) {
        return Files.exists(RECORDS.resolve(machine.value()));
    }

    boolean isRecorded(MachineName machine) {
        return record(machine).isPresent();
    }

    private Optional<String> unit(MachineName machine) {
        UnitRun run = systemd.run(machine.unit());
        return run.isDown() ? Optional.empty() : Optional.of("its unit is " + run.activeState());
    }

    private Optional<String> record(MachineName machine) {
        return machined.machines().stream()
                .map(ListedMachine::name)
                .filter(machine.value()::equals)
                .map(name -> "machined still has it")
                .findAny();
    }

    /** The locks that systemd-nspawn takes on a root: beside it, and by its inode. */
    private Optional<String> lock(MachineName machine) {
        Path root = POOL.resolve(machine.value());
        return Stream.concat(Stream.of(POOL.resolve(".#" + machine + ".lck")), byInode(root).stream())
                .filter(this::isLocked)
                .map(file -> file + " is locked")
                .findFirst();
    }

    private static Optional<Path> byInode(Path root) {
        try {
            Map<String, Object> inode = Files.readAttributes(root, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
            return Optional.of(LOCKS.resolve("inode-" + inode.get("dev") + ":" + inode.get("ino")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private boolean isLocked(Path file) {
        int descriptor;
        try {
            descriptor = os.open(file.toString(), Native.O_NOFOLLOW | Native.O_NONBLOCK, 0);
        } catch (NotFoundException e) {
            return false;
        }
        try {
            return os.isLocked(descriptor, file.toString());
        } finally {
            os.close(descriptor);
        }
    }

    private static Optional<String> link(MachineName machine) {
        List<InterfaceName> names =
                List.of(NspawnNames.HASHED.veth(machine.value()), NspawnNames.HASHED.bridgedVeth(machine.value()));
        return names.stream()
                .filter(name -> Files.exists(LINKS.resolve(name.toString())))
                .map(name -> "the interface " + name + " is still there")
                .findFirst();
    }
}
