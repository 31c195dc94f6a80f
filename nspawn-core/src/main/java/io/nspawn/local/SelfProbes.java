package io.nspawn.local;

import io.nspawn.dbus.Bus;
import io.nspawn.dbus.Importd;
import io.nspawn.dbus.Machined;
import io.nspawn.dbus.Networkd;
import io.nspawn.dbus.Systemd;
import io.nspawn.model.NspawnException;
import io.nspawn.net.LinkSpec;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.NetlinkException;
import io.nspawn.net.RouteSocket;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** What this machine and this JVM have for containers, found one by one, so that each failure is one line. */
public final class SelfProbes {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_NET_ADMIN = 12;
    private static final int FIRST_JDK_THAT_ASKS = 24;
    private static final String JFFI = "org.jnrproject.jffi";
    private static final String SOCKETS = "org.newsclub.net.unix";
    private static final String INSTALL = "Install the package systemd-container.";

    /** Asked before anything is loaded: the first load without a flag counts as allowed from then on. */
    private static boolean isAllowedFor(String module) {
        return Runtime.version().feature() < FIRST_JDK_THAT_ASKS || isAllowed(loader(module));
    }

    private final boolean isAllowedForC = isAllowedFor(JFFI);
    private final boolean isAllowedForSockets = isAllowedFor(SOCKETS);
    private final List<Probe> probes = new ArrayList<>();

    private SelfProbes() {}

    /** Looks at all of it; nothing is changed. */
    public static List<Probe> look() {
        SelfProbes all = new SelfProbes();
        all.versions();
        all.privileges();
        all.nativeCode();
        all.kernel();
        all.services();
        return List.copyOf(all.probes);
    }

    private void add(String subject, Supplier<Probe> look) {
        probes.add(Probe.of(subject, look));
    }

    private void versions() {
        add(
                "java",
                () -> Probe.ok(
                        "java",
                        Runtime.version() + " (" + System.getProperty("java.vendor") + "), "
                                + (SelfProbes.class.getModule().isNamed() ? "module path" : "class path")));
        add("kernel", () -> {
            String system = System.getProperty("os.name");
            String found = system + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch");
            return system.equals("Linux")
                    ? Probe.ok("kernel", found)
                    : Probe.error(
                            "kernel", found, "Containers need Linux; the host in memory of nspawn-testkit does not.");
        });
        add("init", () -> {
            String name = text("/proc/1/comm").strip();
            return name.equals("systemd")
                    ? Probe.ok("init", "systemd is PID 1")
                    : Probe.error(
                            "init",
                            "PID 1 is " + name + ", not systemd",
                            "Boot this machine with systemd, or use a lab host or the host in memory of nspawn-testkit.");
        });
    }

    private void privileges() {
        add("privileges", () -> {
            boolean root = text("/proc/self/status").lines().anyMatch(line -> line.startsWith("Uid:\t0\t0\t"));
            long capabilities = capabilities();
            boolean enough = has(capabilities, CAP_SYS_ADMIN) && has(capabilities, CAP_NET_ADMIN);
            if (!root) {
                return Probe.error("privileges", "not root", "Run it as root.");
            }
            return enough
                    ? Probe.ok("privileges", "root, with CAP_SYS_ADMIN and CAP_NET_ADMIN")
                    : Probe.error(
                            "privileges",
                            "root, without CAP_SYS_ADMIN or CAP_NET_ADMIN",
                            "Run it outside of the container or sandbox that took them away.");
        });
    }

    private static long capabilities() {
        return text("/proc/self/status")
                .lines()
                .filter(line -> line.startsWith("CapEff:"))
                .mapToLong(line -> Long.parseUnsignedLong(
                        line.substring("CapEff:".length()).strip(), 16))
                .findFirst()
                .orElse(0);
    }

    private static boolean has(long capabilities, int number) {
        return (capabilities >> number & 1) == 1;
    }

    private void nativeCode() {
        add("native code for the C library", () -> {
            new Native();
            return loaded("native code for the C library", JFFI, isAllowedForC);
        });
    }

    private static Module loader(String module) {
        return ModuleLayer.boot().findModule(module).orElse(SelfProbes.class.getModule());
    }

    /** Loaded; but since JDK 24 a JVM that was not told to allow it warns, and a later one will refuse (JEP 472). */
    private static Probe loaded(String subject, String module, boolean isAllowed) {
        return isAllowed
                ? Probe.ok(subject, "loaded")
                : Probe.warning(
                        subject,
                        "loaded, but not allowed by a flag, which a later JDK will refuse",
                        "Start java with --enable-native-access="
                                + (loader(module).isNamed() ? module : "ALL-UNNAMED") + ".");
    }

    /** {@code Module.isNativeAccessEnabled} is there since JDK 22. */
    private static boolean isAllowed(Module module) {
        try {
            return (Boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(module);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("this JDK does not tell whether native access is allowed", e);
        }
    }

    private void kernel() {
        add(
                "btrfs",
                () -> text("/proc/filesystems").lines().anyMatch(line -> line.endsWith("\tbtrfs"))
                        ? Probe.ok("btrfs", "in the kernel")
                        : Probe.error("btrfs", "not in /proc/filesystems", "Load it: modprobe btrfs."));
        add("openat2", () -> {
            Native os = new Native();
            int root = os.open("/", Native.O_DIRECTORY, 0);
            try {
                os.close(os.openInRoot(root, "proc", Native.O_DIRECTORY));
            } finally {
                os.close(root);
            }
            return Probe.ok("openat2", "works");
        });
        add("process descriptors", () -> {
            Native os = new Native();
            os.close(os.openProcess((int) ProcessHandle.current().pid()));
            return Probe.ok("process descriptors", "work");
        });
        add("macvlan", SelfProbes::macvlan);
        add(
                "user namespaces",
                () -> Files.exists(Path.of("/proc/self/ns/user"))
                        ? Probe.ok("user namespaces", "in the kernel")
                        : Probe.error("user namespaces", "missing", "Boot a kernel with CONFIG_USER_NS."));
        add(
                "control groups",
                () -> Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))
                        ? Probe.ok("control groups", "version 2")
                        : Probe.warning(
                                "control groups",
                                "version 1 or none",
                                "Boot with systemd.unified_cgroup_hierarchy=1 before systemd 256."));
    }

    /** Asks for one on a link that cannot be: a kernel that knows the kind says that the link is missing. */
    private static Probe macvlan() {
        try (RouteSocket socket = RouteSocket.open()) {
            socket.links().create(LinkSpec.macvlan("selftest0", Integer.MAX_VALUE, MacvlanMode.BRIDGE));
            throw new IllegalStateException("a macvlan came to stand on no link");
        } catch (NetlinkException.Unsupported e) {
            return e.getCause() == null
                    ? Probe.error("macvlan", "not in the kernel", "Load it: modprobe macvlan.")
                    : Probe.error("macvlan", "not looked at, for want of native code", "Do what that line says.");
        } catch (NetlinkException.PermissionDenied e) {
            return Probe.warning("macvlan", "not looked at, for want of CAP_NET_ADMIN", "Run it as root.");
        } catch (NetlinkException.NotFound e) {
            return Probe.ok("macvlan", "in the kernel");
        } catch (NetlinkException e) {
            return Probe.error("macvlan", String.valueOf(e.getMessage()), "Report it, with all of this text.");
        }
    }

    private void services() {
        Bus bus;
        try {
            bus = Bus.system();
        } catch (NspawnException e) {
            add("system bus", () -> {
                throw e;
            });
            return;
        } catch (RuntimeException | LinkageError e) {
            add("system bus", () -> Probe.error("system bus", e.toString(), "Report it, with all of this text."));
            return;
        }
        try (bus) {
            add("system bus", () -> loaded("system bus", SOCKETS, isAllowedForSockets));
            add("systemd", () -> Probe.ok("systemd", Systemd.over(bus, PATIENCE).version()));
            add("descriptor passing", () -> descriptors(bus));
            add("systemd-machined", () -> {
                int machines = Machined.over(bus, PATIENCE).machines().size();
                return Probe.ok("systemd-machined", "answers, " + machines + " machines");
            });
            add(
                    "systemd-importd",
                    () -> optional(bus, "systemd-importd", INSTALL, b -> {
                        int transfers = Importd.over(b, PATIENCE).transfers().size();
                        return "answers, " + transfers + " transfers";
                    }));
            add(
                    "systemd-networkd",
                    () -> Networkd.over(bus, PATIENCE).runs()
                            ? Probe.ok("systemd-networkd", "runs")
                            : Probe.warning(
                                    "systemd-networkd",
                                    "does not run; networks that are applied do not come back at a boot",
                                    "systemctl enable --now systemd-networkd.service"));
        }
    }

    /** What some calls need and the rest do without. */
    private static Probe optional(Bus bus, String subject, String remedy, Function<Bus, String> call) {
        try {
            return Probe.ok(subject, call.apply(bus));
        } catch (NspawnException e) {
            return Probe.warning(subject, e.failure().reason(), remedy);
        }
    }

    /** PID 1 hands out a descriptor to whoever asks for its dump (org.freedesktop.systemd1(5)). */
    private static Probe descriptors(Bus bus) {
        if (!bus.passesDescriptors()) {
            return Probe.error(
                    "descriptor passing",
                    "the bus does not pass descriptors",
                    "Let the system bus listen on a UNIX socket of dbus-daemon or dbus-broker.");
        }
        return dumpBegins(Systemd.over(bus, PATIENCE))
                ? Probe.ok("descriptor passing", "PID 1 sent one, and it can be read")
                : Probe.error(
                        "descriptor passing", "PID 1 sent one that is empty", "Report it, with all of this text.");
    }

    private static boolean dumpBegins(Systemd systemd) {
        try (FileInputStream dump = new FileInputStream(systemd.dump().value())) {
            return dump.read() >= 0;
        } catch (IOException e) {
            throw new UncheckedIOException("the descriptor that PID 1 sent cannot be read", e);
        }
    }

    private static String text(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read", e);
        }
    }
}
