package io.nspawn.testkit.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A disposable real host: Debian with a booted systemd, machined, a network namespace of its own, and a BTRFS pool of
 * 8 GiB at {@code /var/lib/machines} that holds a read-only base image, {@code debian-12} or {@code debian-13}.
 *
 * <pre>{@code
 * try (LabHost lab = LabHost.debian("bookworm").start()) {
 *     lab.exec("machinectl", "clone", "debian-12", "c1").orThrow();
 * }
 *
 * @RegisterExtension static LabHost lab = LabHost.debian("trixie");
 * }</pre>
 *
 * <p>The first lab of a release builds its file system with mmdebstrap, a minute or two, into
 * {@code $NSPAWN_LAB_CACHE} or {@code /var/cache/nspawn-lab}; every lab boots from an overlay of it, in about a second.
 * A lab ends when it is closed, when this JVM ends and when this JVM is killed: processes, mounts, loop devices,
 * network namespaces and control groups go with it. What is written to {@code fs.inotify.max_user_instances} inside
 * holds for the whole machine, and is put back when the last lab ends; no other kernel variable outside of
 * {@code net.} can be written.
 *
 * <p>Needs root with CAP_SYS_ADMIN, bash, util-linux, systemd-nspawn, btrfs-progs, and mmdebstrap for the first build.
 * The methods that set something up come before {@link #start()}; the others are safe for several threads.
 */
public final class LabHost implements AutoCloseable, BeforeAllCallback, AfterAllCallback {
    /** Where a {@linkplain #bare() bare} lab sees its base image. */
    public static final Path IMAGES = Path.of("/usr/lib/nspawn-lab/images");

    private static final int FIRST_JDK_WITH_NATIVE_ACCESS = 24;

    private final LabRelease release;
    private final Set<Path> shares = new LinkedHashSet<>();
    private Path cache = LabSeed.defaultCache();
    private Duration bootDeadline = Duration.ofSeconds(90);
    private boolean bare;
    private volatile Optional<LabProcess> running = Optional.empty();
    private Optional<MachineHold> hold = Optional.empty();
    /** The class that has started this lab: JUnit calls a field's callbacks for the nested classes as well. */
    private String startedFor = "";

    private LabHost(LabRelease release) {
        this.release = release;
    }

    /**
     * A lab of a Debian release, not yet started.
     *
     * @param codename {@code bookworm} (systemd 252) or {@code trixie} (systemd 257)
     * @throws IllegalArgumentException when there is no lab of that name
     */
    public static LabHost debian(String codename) {
        return new LabHost(LabRelease.of(codename));
    }

    /** A lab of a release, not yet started. */
    public static LabHost of(LabRelease release) {
        return new LabHost(release);
    }

    /** Shares files or directories of this machine with the lab, read-only, under their own paths. */
    public LabHost share(Path... paths) {
        requireNotStarted();
        Arrays.stream(paths).map(path -> path.toAbsolutePath().normalize()).forEach(shares::add);
        return this;
    }

    /** Sets the directory where file systems are built and kept; it may grow to about half a gibibyte. */
    public LabHost cache(Path directory) {
        requireNotStarted();
        this.cache = directory.toAbsolutePath().normalize();
        return this;
    }

    /** Sets how long the boot may take, the build before it not counted; 90 seconds unless set. */
    public LabHost bootDeadline(Duration deadline) {
        requireNotStarted();
        this.bootDeadline = deadline;
        return this;
    }

    /**
     * Lets the lab have no pool, as a host that was just installed: {@code /var/lib/machines} is an empty directory. The
     * base image is seen as a directory of its name in {@link #IMAGES}.
     */
    public LabHost bare() {
        requireNotStarted();
        this.bare = true;
        return this;
    }

    /** What keeps a lab from being started here, one line each; empty when nothing does. Changes nothing. */
    public List<String> missing() {
        boolean writable = Files.isWritable(existing(cache));
        if (!writable) {
            return LabRequirements.missing(true);
        }
        return LabRequirements.missing(!Files.isDirectory(LabSeed.of(release, LabScripts.extract(cache), cache)));
    }

    private static Path existing(Path path) {
        Path parent = path.getParent();
        return Files.exists(path) || parent == null ? path : existing(parent);
    }

    /**
     * Boots the lab and waits until its systemd has nothing left to start. The class path and the JDK of this JVM are
     * shared with it, so that {@link #java} can run them inside.
     *
     * @return this lab
     * @throws LabUnavailableException when this machine or user cannot have one, or a test that needs the machine alone is
     *     at it for 20 minutes
     * @throws LabException when it cannot be built or does not boot; nothing of it is left then
     */
    public LabHost start() {
        hold = Optional.of(boot());
        return this;
    }

    /** Starts it for several who use it in turn, each with a part in the machine of his own. */
    LabHost startIdle() {
        boot().close();
        return this;
    }

    private MachineHold boot() {
        requireNotStarted();
        List<String> missing = missing();
        if (!missing.isEmpty()) {
            throw new LabUnavailableException(missing);
        }
        LabScripts scripts = LabScripts.extract(cache);
        Path seed = LabSeed.ensure(release, scripts, cache);
        String id = "nspawn-lab-" + release.codename() + "-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Map<String, String> environment = bare ? Map.of("NSPAWN_LAB_POOL", IMAGES.toString()) : Map.of();
        MachineHold part = MachineHold.shared();
        try {
            running = Optional.of(LabProcess.boot(id, scripts.lab(), seed, environment, binds(), bootDeadline));
            return part;
        } catch (RuntimeException e) {
            part.close();
            throw e;
        }
    }

    /**
     * Reboots the lab as {@code systemctl reboot} does a machine, and waits until its systemd has nothing left to start.
     * It keeps its disks, which are its root and the pool that it came with; {@code /run}, links, mounts, loop devices
     * and every process are gone. {@link #leader()} is another one from then on, while {@link #id()} stays.
     *
     * <p>The kernel is the machine's and stays as it is, with {@code fs.inotify.max_user_instances}.
     *
     * @param deadline for the shutdown and the boot together
     * @throws LabException when it does not come up again
     */
    public synchronized LabHost reboot(Duration deadline) {
        LabProcess before = process();
        // Whether this ends well tells nothing: the reboot may be faster than its answer.
        new LabCommand(before, List.of("systemctl", "reboot", "--no-block")).run();
        running = Optional.of(before.rebooted(deadline));
        return this;
    }

    private List<String> binds() {
        Set<Path> paths = new LinkedHashSet<>(LabClassPath.entries());
        paths.addAll(shares);
        paths.addAll(LabClassPath.javaHome());
        return LabClassPath.shares(paths).stream()
                .map(path -> path.toString().replace("\\", "\\\\").replace(":", "\\:"))
                .map(path -> "--bind-ro=" + path + ":" + path)
                .toList();
    }

    /** The release that this lab is. */
    public LabRelease release() {
        return release;
    }

    /** The lab's name on this machine: its control groups and its directory below {@code /run/nspawn-lab} carry it. */
    public String id() {
        return process().id();
    }

    /** The process ID, on this machine, of the lab's init: {@code nsenter} takes it. */
    public long leader() {
        return process().leader().pid();
    }

    /**
     * Runs a command inside as root, at most a minute, and waits for its end.
     *
     * @throws LabException when it takes longer or the lab is gone
     */
    public LabResult exec(String... command) {
        return command(command).run();
    }

    /** A command to be run inside, with more to be said about it. */
    public LabCommand command(String... command) {
        return new LabCommand(process(), List.of(command));
    }

    /** This JVM's Java inside, with this JVM's class path, on a main class. */
    public LabCommand java(String mainClass, String... arguments) {
        return java(List.of(), mainClass, arguments);
    }

    /** The same with options for the JVM, as in {@code -Xmx256m}. Native access is enabled where there is a choice. */
    public LabCommand java(List<String> options, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= FIRST_JDK_WITH_NATIVE_ACCESS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(options);
        command.add("-cp");
        command.add(LabClassPath.entries().stream().map(Path::toString).collect(Collectors.joining(":")));
        command.add(mainClass);
        command.addAll(List.of(arguments));
        return new LabCommand(process(), command);
    }

    /** Ends the lab and everything in it, at once and without a shutdown. Does nothing when it is not running. */
    @Override
    public synchronized void close() {
        Optional<LabProcess> ended = running;
        running = Optional.empty();
        Optional<MachineHold> part = hold;
        hold = Optional.empty();
        try {
            ended.ifPresent(LabProcess::end);
        } finally {
            part.ifPresent(MachineHold::close);
        }
    }

    /** Starts the lab, unless it runs, before the tests of a class; aborts them, naming what is missing, where there can be none. */
    @Override
    public void beforeAll(ExtensionContext context) {
        if (running.isPresent()) {
            return;
        }
        try {
            start();
            startedFor = context.getUniqueId();
        } catch (LabUnavailableException e) {
            Assumptions.abort(e.getMessage());
        }
    }

    /** Ends the lab after the tests of the class that it was started for. */
    @Override
    public void afterAll(ExtensionContext context) {
        if (startedFor.equals(context.getUniqueId())) {
            close();
        }
    }

    private LabProcess process() {
        return running.orElseThrow(() -> new IllegalStateException("The lab is not running"));
    }

    private void requireNotStarted() {
        if (running.isPresent()) {
            throw new IllegalStateException("The lab has been started");
        }
    }
}
