package io.nspawn.host;

import io.nspawn.model.Finding;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.spi.HostFiles;
import io.nspawn.spi.HostPorts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a host can carry a number of containers, found by reading its limits.
 *
 * <p>The limits are the kernel's own ({@code sysctl}, inotify(7)); none of them belongs to a network or user namespace,
 * so that all containers draw on the host's.
 */
public final class Readiness {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.host");

    /**
     * What the kernel grants, and what containers were seen to need of it.
     *
     * @param file below {@code /proc/sys}
     * @param perContainer what one booted container may take
     * @param base what the host itself may take
     * @param why what runs out
     */
    private record Limit(String file, long perContainer, long base, String why) {
        Path path() {
            return Path.of("/proc/sys").resolve(file);
        }

        String key() {
            return file.replace('/', '.');
        }

        long needed(int containers) {
            return base + perContainer * containers;
        }
    }

    private static final List<Limit> LIMITS = List.of(
            new Limit(
                    "fs/inotify/max_user_instances",
                    16,
                    128,
                    "each container's systemd, journald, networkd and D-Bus hold inotify instances, and all containers"
                            + " share the limit of root; without them \"Failed to allocate manager object\""),
            new Limit("fs/inotify/max_user_watches", 256, 4096, "services in containers watch files"),
            new Limit("kernel/pid_max", 256, 4096, "processes of all containers have process ids of the host"),
            new Limit("kernel/pty/max", 8, 64, "each container has a console, and sessions in it more"),
            new Limit("kernel/keys/root_maxkeys", 64, 200, "services in containers have keyrings of their own"),
            new Limit("fs/file-max", 4096, 16384, "open files of all containers count together"));

    private final HostPorts host;

    public Readiness(HostPorts host) {
        this.host = host;
    }

    /**
     * Looks at the host for a number of containers.
     *
     * @param containers how many are to run at the same time, 1 or more
     */
    public Report forContainers(int containers) {
        if (containers < 1) {
            throw new IllegalArgumentException("readiness is for at least one container, not " + containers);
        }
        List<Shortfall> shortfalls = new ArrayList<>();
        for (Limit limit : LIMITS) {
            long found = read(host.files(), limit);
            if (found < limit.needed(containers)) {
                shortfalls.add(new Shortfall(limit, found, limit.needed(containers)));
            }
        }
        return new Report(host.files(), containers, shortfalls);
    }

    /** A limit that this kernel does not have cannot run out. */
    private static long read(HostFiles files, Limit limit) {
        return files.read(limit.path())
                .map(bytes -> new String(bytes, StandardCharsets.US_ASCII).strip())
                .filter(text -> text.matches("\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(Long.MAX_VALUE);
    }

    private record Shortfall(Limit limit, long found, long needed) {
        Finding finding() {
            return new Finding(
                    limit.key(),
                    "is " + found + ", needed " + needed + ": " + limit.why(),
                    "sysctl -w " + limit.key() + "=" + needed);
        }
    }

    /** What was found. */
    public static final class Report {
        private final HostFiles files;
        private final int containers;
        private final List<Shortfall> shortfalls;

        private Report(HostFiles files, int containers, List<Shortfall> shortfalls) {
            this.files = files;
            this.containers = containers;
            this.shortfalls = List.copyOf(shortfalls);
        }

        /** What falls short, each with the figure found, the figure needed and the remedy; empty if the host is ready. */
        public List<Finding> findings() {
            return shortfalls.stream().map(Shortfall::finding).toList();
        }

        public boolean isOk() {
            return shortfalls.isEmpty();
        }

        /**
         * Passes only if the host is ready.
         *
         * @throws HostNotReadyException with the findings, if there are any
         */
        public void requireOk() {
            if (!isOk()) {
                throw new HostNotReadyException("run " + containers + " containers on", findings());
            }
        }

        /**
         * Raises the limits that fall short, until the next boot of the host. Root of the host is needed.
         *
         * @return what was changed: one sentence for each limit
         * @throws io.nspawn.model.PermissionDeniedException if the kernel refuses
         */
        public List<String> fix() {
            List<String> done = new ArrayList<>();
            for (Shortfall shortfall : shortfalls) {
                Limit limit = shortfall.limit();
                files.writeKernelSetting(limit.path(), Long.toString(shortfall.needed()));
                String change = "raised " + limit.key() + " from " + shortfall.found() + " to " + shortfall.needed();
                LOG.info("{}", change);
                done.add(change);
            }
            return done;
        }
    }
}
