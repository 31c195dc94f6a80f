package io.nspawn.dbus;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * systemd-machined over the bus: {@code org.freedesktop.machine1.Manager}, systemd 252 or later. Thread-safe. The bus
 * starts machined when it is called, and it exits when idle: both are normal and go unnoticed.
 *
 * <p>Every call waits at most the time-out given here, and throws what {@link Bus#call} throws; a name that machined
 * does not know is a {@link io.nspawn.model.NotFoundException}.
 */
public final class Machined {

    static final Remote MANAGER =
            new Remote("org.freedesktop.machine1", "/org/freedesktop/machine1", "org.freedesktop.machine1.Manager");
    private static final String MACHINE = "org.freedesktop.machine1.Machine";
    private static final String IMAGE = "org.freedesktop.machine1.Image";

    private final Bus bus;
    private final Duration timeout;

    private Machined(Bus bus, Duration timeout) {
        this.bus = bus;
        this.timeout = timeout;
    }

    /** machined over that bus, which stays the caller's to close. */
    public static Machined over(Bus bus, Duration timeout) {
        return new Machined(bus, timeout);
    }

    /** The same with another time-out: cloning and removing images can take minutes where copies are needed. */
    public Machined withTimeout(Duration other) {
        return new Machined(bus, other);
    }

    /** The registered machines, the host itself ({@code .host}) among them. */
    public List<ListedMachine> machines() {
        return reply("ListMachines", "", List.of()).rows(0).stream()
                .map(ListedMachine::of)
                .toList();
    }

    /** A machine's properties. */
    public MachineStatus machine(String name) {
        String path = reply("GetMachine", "s", List.of(name)).text(0);
        return MachineStatus.of(bus.getAll(MANAGER.at(path, MACHINE), timeout));
    }

    /**
     * The machine's first process, as the host numbers it; empty if it is gone.
     *
     * @param machine as {@link #machines} listed it
     */
    public OptionalLong leader(ListedMachine machine) {
        Object leader = bus.get(MANAGER.at(machine.path(), MACHINE), "Leader", timeout);
        return new PropertySet(Map.of("Leader", leader)).positive("Leader");
    }

    /**
     * The first process of the machine of that name, as the host numbers it; empty if it is gone.
     *
     * @throws io.nspawn.model.NotFoundException where no such machine runs
     */
    public OptionalLong leader(String name) {
        String path = reply("GetMachine", "s", List.of(name)).text(0);
        Object leader = bus.get(MANAGER.at(path, MACHINE), "Leader", timeout);
        return new PropertySet(Map.of("Leader", leader)).positive("Leader");
    }

    /**
     * Opens a pseudo terminal in a machine and starts a program on it; polkit: shell. The machine needs systemd and
     * D-Bus.
     *
     * @param user a name inside; empty for root
     * @param command the program and its arguments, the first being the program's path; empty for the user's shell
     * @param environment {@code NAME=VALUE}
     * @return the terminal's other end
     */
    public Descriptor openShell(String name, String user, List<String> command, List<String> environment) {
        String path = command.isEmpty() ? "" : command.get(0);
        return reply("OpenMachineShell", "sssasas", List.of(name, user, path, command, environment))
                .descriptor(0);
    }

    /**
     * Copies a file, or a tree into the directory that is there, as the machine's root; polkit: manage-machines.
     *
     * @param source an absolute path of the host
     * @param target an absolute path inside
     * @param replace whether files that are there are replaced
     */
    public void copyTo(String name, String source, String target, boolean replace) {
        bus.call(MANAGER, "CopyToMachineWithFlags", "ssst", List.of(name, source, target, replace ? 1L : 0L), timeout);
    }

    /**
     * Copies a file, or a tree into the directory that is there, out of a machine; polkit: manage-machines.
     *
     * @param source an absolute path inside
     * @param target an absolute path of the host
     * @param replace whether files that are there are replaced
     */
    public void copyFrom(String name, String source, String target, boolean replace) {
        bus.call(
                MANAGER, "CopyFromMachineWithFlags", "ssst", List.of(name, source, target, replace ? 1L : 0L), timeout);
    }

    /**
     * Binds a file or directory of the host into a machine that runs, until it stops; polkit: manage-machines.
     *
     * @throws io.nspawn.model.UnsupportedException where the machine has a user namespace
     */
    public void bindMount(String name, String source, String target, boolean readOnly) {
        bus.call(MANAGER, "BindMountMachine", "sssbb", List.of(name, source, target, readOnly, true), timeout);
    }

    /**
     * The machine's addresses, of both families, as seen inside it.
     *
     * @throws io.nspawn.model.UnsupportedException where it has no network of its own
     */
    public List<InetAddress> addresses(String name) {
        return reply("GetMachineAddresses", "s", List.of(name)).rows(0).stream()
                .map(row -> address(name, row.bytes(1)))
                .toList();
    }

    /** The machine's os-release(5), by key. */
    public Map<String, String> osRelease(String name) {
        return reply("GetMachineOSRelease", "s", List.of(name)).properties(0).entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> String.valueOf(entry.getValue())));
    }

    /**
     * The uid of the host that is root inside: 0 without a user namespace.
     *
     * @throws io.nspawn.model.HostFailureException if its users are mapped in another way than by one shift
     */
    public long uidShift(String name) {
        return reply("GetMachineUIDShift", "s", List.of(name)).number(0);
    }

    /**
     * Stops the machine's unit, which asks an init inside to shut down; returns before it is gone. Polkit:
     * manage-machines.
     */
    public void terminate(String name) {
        bus.call(MANAGER, "TerminateMachine", "s", List.of(name), timeout);
    }

    /**
     * Sends a signal to the machine's processes; polkit: manage-machines.
     *
     * @param signal the signal's number on this host (signal(7))
     */
    public void kill(String name, KillWhom whom, int signal) {
        String word = whom == KillWhom.LEADER ? "leader" : "all";
        bus.call(MANAGER, "KillMachine", "ssi", List.of(name, word, signal), timeout);
    }

    /** The images in all places that machined looks at, hidden ones but not those that are half made. */
    public List<ListedImage> images() {
        return reply("ListImages", "", List.of()).rows(0).stream()
                .map(ListedImage::of)
                .toList();
    }

    /**
     * Clones an image: a snapshot where it is a subvolume, else a copy; polkit: manage-images.
     *
     * @throws io.nspawn.model.AlreadyExistsException where the new name is taken
     */
    public void cloneImage(String name, String newName, boolean readOnly) {
        bus.call(MANAGER, "CloneImage", "ssb", List.of(name, newName, readOnly), timeout);
    }

    /**
     * Removes an image and all that belongs to it, its .nspawn files too; polkit: manage-images.
     *
     * @throws io.nspawn.model.BusyException where it runs
     */
    public void removeImage(String name) {
        bus.call(MANAGER, "RemoveImage", "s", List.of(name), timeout);
    }

    /** Renames an image and its .nspawn files; polkit: manage-images. */
    public void renameImage(String name, String newName) {
        bus.call(MANAGER, "RenameImage", "ss", List.of(name, newName), timeout);
    }

    /** Makes an image read-only, or writable again; polkit: manage-images. */
    public void markImageReadOnly(String name, boolean readOnly) {
        bus.call(MANAGER, "MarkImageReadOnly", "sb", List.of(name, readOnly), timeout);
    }

    /**
     * An image's properties.
     *
     * @throws io.nspawn.model.NotFoundException where there is none of that name
     */
    public ImageStatus image(String name) {
        String path = reply("GetImage", "s", List.of(name)).text(0);
        return ImageStatus.of(bus.getAll(MANAGER.at(path, IMAGE), timeout));
    }

    /**
     * Limits the bytes that an image may refer to, a subvolume with quotas on; polkit: manage-images.
     *
     * @param bytes the limit; -1 for none
     * @throws io.nspawn.model.UnsupportedException where the file system cannot limit it
     */
    public void setImageLimit(String name, long bytes) {
        bus.call(MANAGER, "SetImageLimit", "st", List.of(name, bytes), timeout);
    }

    /**
     * Deletes the hidden images of the pool that nobody uses, which machined itself keeps of downloads and lost
     * containers; polkit: manage-machines.
     *
     * @return the bytes that each had, by name, where they are known (-1 where not)
     */
    public Map<String, Long> cleanHidden() {
        return reply("CleanPool", "s", List.of("hidden")).rows(0).stream()
                .collect(Collectors.toMap(row -> row.text(0), row -> row.number(1), (first, second) -> first));
    }

    /** Where machined keeps images: /var/lib/machines. */
    public Path poolPath() {
        return Path.of(new Reply("Get", "PoolPath", List.of(bus.get(MANAGER, "PoolPath", timeout))).text(0));
    }

    /** Tells of machines that come and go, until closed; on the bus's dispatcher thread (see {@link Bus#subscribe}). */
    public Bus.Subscription watch(Consumer<MachineEvent> handler) {
        return bus.subscribe(Match.of(MANAGER), event -> {
            if (event instanceof BusEvent.Signal signal) {
                tell(handler, signal);
            } else {
                handler.accept(new MachineEvent.Resynced());
            }
        });
    }

    private static void tell(Consumer<MachineEvent> handler, BusEvent.Signal signal) {
        Reply values = new Reply(signal.member(), signal.path(), signal.arguments());
        switch (signal.member()) {
            case "MachineNew" -> handler.accept(new MachineEvent.Registered(values.text(0), values.text(1)));
            case "MachineRemoved" -> handler.accept(new MachineEvent.Removed(values.text(0), values.text(1)));
            default -> {
                // A newer machined may tell more; nobody has asked for it.
            }
        }
    }

    private Reply reply(String member, String signature, List<?> arguments) {
        return Reply.of(member, MANAGER, bus.call(MANAGER, member, signature, arguments, timeout));
    }

    private static InetAddress address(String name, byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new HostFailureException(
                    Failure.of("GetMachineAddresses", name, "an address of " + bytes.length + " bytes"), e);
        }
    }
}
