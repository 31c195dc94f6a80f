package io.nspawn.testkit;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.spi.HostFiles;
import io.nspawn.testkit.RootTree.Directory;
import io.nspawn.testkit.RootTree.Link;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The host's own files. What is written is durable at once, what is deleted may be back after a power loss. */
final class FakeFiles implements HostFiles {
    /** The settings of containers that are trusted. */
    static final String SETTINGS = "etc/systemd/nspawn";

    /** Those that are trusted until the next boot, where the above has none. */
    static final String RUNTIME_SETTINGS = "run/systemd/nspawn";

    /** The units of the administrator, with their drop-ins. */
    static final String UNITS = "etc/systemd/system";

    /** What PID 1 wrote of units, until the next boot. */
    static final String RUNTIME_UNITS = "run/systemd/system.control";

    /** Where journals of containers are linked, if it is there. */
    static final String JOURNALS = "var/log/journal";

    private static final String RUNTIME = "run/nspawn";
    /** Network files that last until the next boot. */
    private static final String RUNTIME_NETWORKS = "run/systemd/network";

    private static final String MACHINES = "var/lib/machines/";
    /** Kernel settings that are made at each boot (sysctl.d(5)). */
    private static final String SYSCTL = "etc/sysctl.d";

    private static final List<String> STOCK_DIRECTORIES =
            List.of(SETTINGS, UNITS, JOURNALS, "var/lib/machines", SYSCTL, "srv", "tmp", "run/systemd/system", RUNTIME);
    private static final List<String> STOCK_FILES = List.of(
            "run/udev/control",
            "run/systemd/timesync/synchronized",
            "proc/self/ns/user",
            "etc/systemd/system/multi-user.target.wants/machines.target",
            "etc/systemd/system/multi-user.target.wants/systemd-networkd.service",
            "usr/lib/systemd/systemd-importd",
            "dev/null",
            "dev/fuse",
            "dev/net/tun",
            "dev/kvm",
            "dev/loop-control",
            "dev/btrfs-control");
    private static final int KERNEL_FILE_MODE = 0644;

    private final RootTree tree;
    private final Unsynced unsynced;
    private Set<String> stock = Set.of();
    private final FakePool pool;
    private final FakeLocks locks;
    private final FakeMachines machines;
    private final VirtualClock clock;
    private final Faults faults;
    private final Map<String, Instant> times = new HashMap<>();

    FakeFiles(
            FakePool pool,
            FakeLocks locks,
            FakeMachines machines,
            VirtualClock clock,
            Faults faults,
            Unsynced unsynced) {
        this.tree = new RootTree(unsynced::note);
        this.unsynced = unsynced;
        this.clock = clock;
        this.pool = pool;
        this.machines = machines;
        this.locks = locks;
        this.faults = faults;
        reset();
    }

    void reset() {
        tree.clear();
        times.clear();
        STOCK_DIRECTORIES.forEach(tree::directory);
        STOCK_FILES.forEach(file -> tree.write(file, new byte[0], KERNEL_FILE_MODE));
        KernelSettings.FEATURES.forEach((file, value) -> tree.write(file, bytes(value + "\n"), KERNEL_FILE_MODE));
        forgetKernelSettings();
        stock = Set.copyOf(tree.nodes().keySet());
    }

    /** Whether a path was there when the host was installed. */
    boolean isStock(String path) {
        return stock.contains(path) || path.equals("etc/machine-id");
    }

    void forgetRuntimeUnits() {
        tree.delete(RUNTIME_UNITS);
    }

    /** Kernel settings are those of a stock kernel again, and then what files of the host make of them, as at a boot. */
    void forgetKernelSettings() {
        KernelSettings.STOCK.forEach((file, value) -> tree.write(file, bytes(value + "\n"), KERNEL_FILE_MODE));
        tree.list(SYSCTL).stream()
                .sorted()
                .flatMap(name -> text(SYSCTL + "/" + name).orElse("").lines())
                .map(line -> line.split("\\s*=\\s*", 2))
                .filter(words -> words.length == 2 && !words[0].startsWith("#"))
                .forEach(words ->
                        tree.write("proc/sys/" + words[0].replace('.', '/'), bytes(words[1] + "\n"), KERNEL_FILE_MODE));
    }

    /** What this library keeps in /run is gone, as after a boot. */
    void forgetRuntimeFiles() {
        for (String directory : List.of(RUNTIME, RUNTIME_NETWORKS)) {
            tree.list(directory).forEach(name -> tree.delete(directory + "/" + name));
        }
    }

    /** What machined does to the settings of an image that it renames. */
    void moveSettings(String from, String to) {
        tree.read(settings(from)).ifPresent(text -> put(settings(to), text));
        deleteSettings(from);
    }

    /** What machined does to the settings of an image that it removes. */
    void deleteSettings(String image) {
        tree.delete(settings(image));
    }

    private static String settings(String image) {
        return SETTINGS + "/" + image + ".nspawn";
    }

    RootTree tree() {
        return tree;
    }

    Optional<String> text(String path) {
        return tree.read(path).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    long kernelSetting(String file) {
        return text(file).map(String::strip).map(Long::parseLong).orElse(Long.MAX_VALUE);
    }

    @Override
    public Optional<byte[]> read(Path file) {
        return tree.read(key(file));
    }

    @Override
    public boolean exists(Path path) {
        return tree.exists(key(path));
    }

    @Override
    public void replaceAll(Map<Path, byte[]> contents) {
        for (Path file : contents.keySet()) {
            if (tree.nodes().get(key(file)) instanceof Link) {
                throw new AlreadyExistsException(Failure.of("write", file.toString(), "a symbolic link stands there")
                        .remedy("Remove it."));
            }
        }
        contents.forEach(
                (file, content) -> faults.around(Operation.WRITE_FILES, key(file), () -> put(key(file), content)));
        unsynced.sync();
    }

    /** Writes a file now. */
    void put(String file, byte[] content) {
        tree.write(file, content, KERNEL_FILE_MODE);
        String place = tree.resolved(file);
        Instant before = times.put(place, clock.now());
        unsynced.note(() -> times.compute(place, (p, now) -> before));
    }

    @Override
    public Optional<Instant> modified(Path file) {
        return tree.find(key(file)).map(node -> times.getOrDefault(tree.resolved(key(file)), Instant.EPOCH));
    }

    @Override
    public void writeKernelSetting(Path file, String value) {
        faults.around(Operation.WRITE_KERNEL_SETTING, key(file), () -> {
            if (!exists(file)) {
                throw HostErrors.kernelSetting(file.toString(), Errno.ENOENT.text());
            }
            if (!value.strip().matches("-?\\d{1,19}")) {
                throw HostErrors.kernelSetting(file.toString(), Errno.EINVAL.text());
            }
            tree.write(key(file), bytes(value.strip() + "\n"), KERNEL_FILE_MODE);
        });
    }

    @Override
    public int spareInotifyInstances(int most) {
        long spare = kernelSetting(KernelSettings.INOTIFY_INSTANCES) - KernelSettings.inotifyInUse(machines.booted());
        return (int) Math.max(0, Math.min(most, spare));
    }

    @Override
    public List<Path> list(Path directory) {
        return entries(tree.resolved(key(directory))).stream()
                .map(directory::resolve)
                .toList();
    }

    /** The roots of the pool are part of the host's files. */
    private List<String> entries(String directory) {
        if (!directory.startsWith(MACHINES)) {
            return tree.list(directory);
        }
        String[] rootAndPath = directory.substring(MACHINES.length()).split("/", 2);
        return pool.find(rootAndPath[0])
                .map(root -> root.tree().list(rootAndPath.length < 2 ? "" : rootAndPath[1]))
                .orElse(List.of());
    }

    @Override
    public boolean delete(Path path) {
        boolean[] there = new boolean[1];
        faults.around(Operation.DELETE_FILE, key(path), () -> {
            boolean directory = tree.nodes().get(key(path)) instanceof Directory;
            if (directory && !tree.list(key(path)).isEmpty()) {
                throw new HostFailureException(Failure.of("delete", path.toString(), Errno.ENOTEMPTY.text()));
            }
            there[0] = tree.delete(key(path));
        });
        return there[0];
    }

    @Override
    public Lock lock(Path file, Duration deadline) {
        boolean[] taken = new boolean[1];
        try {
            faults.around(Operation.LOCK, key(file), () -> {
                locks.take(key(file), deadline);
                taken[0] = true;
            });
        } catch (RuntimeException | Error e) {
            // It dies with the descriptor that was opened for it, whoever learns of it.
            if (taken[0]) {
                locks.giveBack(key(file));
            }
            throw e;
        }
        return () -> locks.giveBack(key(file));
    }

    @Override
    public void close() {}

    static String key(Path path) {
        String text = path.toString().replace('\\', '/');
        return text.startsWith("/") ? text.substring(1) : text;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
