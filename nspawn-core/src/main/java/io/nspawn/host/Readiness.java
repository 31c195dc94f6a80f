package io.nspawn.host;

import io.nspawn.host.KernelLimit.Reading;
import io.nspawn.host.ReadinessCheck.Level;
import io.nspawn.model.Finding;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.net.InterfaceName;
import io.nspawn.spi.HostFiles;
import io.nspawn.spi.HostPorts;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a host can carry a number of containers, found by reading its limits, features, pool and interfaces.
 *
 * <p>The limits are the kernel's own ({@code sysctl}, inotify(7)); none of them belongs to a network or user namespace
 * alone, so that all containers draw on the host's. Looking changes nothing, but for inotify instances: to learn how many
 * are left, as many as the containers need are taken and given back within a millisecond or two.
 */
public final class Readiness {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.host");

    private final HostPorts host;

    public Readiness(HostPorts host) {
        this.host = host;
    }

    /** As {@link #forContainers(int, Collection)}, with no interface named. */
    public Report forContainers(int containers) {
        return forContainers(containers, List.of());
    }

    /**
     * Looks at the host for a number of containers.
     *
     * @param containers how many of this library are to run at the same time, those that run already among them; 1 or
     *     more
     * @param lowers the interfaces that their macvlans will stand on
     */
    public Report forContainers(int containers, Collection<InterfaceName> lowers) {
        if (containers < 1) {
            throw new IllegalArgumentException("readiness is for at least one container, not " + containers);
        }
        long running = host.machines().active(new Statuses(host).ours()).size();
        long more = Math.max(0, containers - running);
        List<Reading> limits = KernelLimit.read(host.files(), more);
        List<ReadinessCheck> checks = new ArrayList<>();
        limits.forEach(limit -> checks.add(limit.check()));
        checks.addAll(new HostFeatures(host, Clock.systemUTC()).checks());
        checks.addAll(new PoolRoom(host.images()).checks(more));
        checks.addAll(new LowerInterfaces(host).checks(lowers));
        return new Report(host.files(), containers, limits, checks);
    }

    /**
     * Takes back what {@link Report#fix} did, this or any earlier one of the host: settings that still have the value
     * that it gave them get the one that they had before, and the file goes.
     *
     * @return what was changed: in a few words for each setting
     */
    public List<String> undo() {
        SysctlFile file = new SysctlFile(host.files());
        if (!file.isOurs()) {
            return List.of();
        }
        List<String> done = new ArrayList<>();
        Map<String, Long> values = file.values();
        file.before().forEach((key, before) -> {
            Path setting = Path.of("/proc/sys", key.replace('.', '/'));
            OptionalLong now = KernelLimit.number(host.files(), setting);
            if (now.isPresent() && now.getAsLong() == values.getOrDefault(key, -1L)) {
                host.files().writeKernelSetting(setting, before.toString());
                done.add("set " + key + " from " + now.getAsLong() + " back to " + before);
            }
        });
        file.delete();
        done.forEach(change -> LOG.info("{}", change));
        return done;
    }

    /** What was found. */
    public static final class Report {
        private final HostFiles files;
        private final int containers;
        private final List<Reading> limits;
        private final List<ReadinessCheck> checks;

        private Report(HostFiles files, int containers, List<Reading> limits, List<ReadinessCheck> checks) {
            this.files = files;
            this.containers = containers;
            this.limits = List.copyOf(limits);
            this.checks = List.copyOf(checks);
        }

        /** Everything that was looked at, what is as it should be too. */
        public List<ReadinessCheck> checks() {
            return checks;
        }

        /** What keeps the containers from running, with figures and remedies; empty if the host is ready. */
        public List<Finding> findings() {
            return at(Level.ERROR).map(ReadinessCheck::finding).toList();
        }

        /** What does not keep small containers from running, and may surprise later. */
        public List<Finding> warnings() {
            return at(Level.WARNING).map(ReadinessCheck::finding).toList();
        }

        /** Whether nothing keeps the containers from running. */
        public boolean isOk() {
            return at(Level.ERROR).findAny().isEmpty();
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

        /** The settings that {@link #fix} can raise, by sysctl(8) name. */
        Set<String> limitNames() {
            return limits.stream().map(reading -> reading.limit().key()).collect(Collectors.toSet());
        }

        /** What {@link #fix} would do: in a few words for each setting. */
        public List<String> fixes() {
            return fallingShort().map(Report::sentence).toList();
        }

        /**
         * Raises the kernel settings that fall short of what is advised, now and, by a file in {@code /etc/sysctl.d}, at
         * each boot. Root of the host is needed. {@link Readiness#undo} takes it back.
         *
         * @return what was changed: in a few words for each setting
         * @throws io.nspawn.model.PermissionDeniedException if the kernel refuses; what was raised before that is low
         *     again
         * @throws io.nspawn.model.AlreadyExistsException if somebody else's file has the file's name; nothing was changed
         */
        public List<String> fix() {
            List<Reading> raised = fallingShort().toList();
            if (raised.isEmpty()) {
                return List.of();
            }
            SysctlFile file = new SysctlFile(files);
            file.requireOurs();
            List<Reading> done = new ArrayList<>();
            try {
                for (Reading reading : raised) {
                    files.writeKernelSetting(reading.limit().path(), Long.toString(reading.advised()));
                    done.add(reading);
                }
                file.add(by(raised, true), by(raised, false));
            } catch (RuntimeException e) {
                lower(done, e);
                throw e;
            }
            List<String> changes = raised.stream().map(Report::sentence).toList();
            changes.forEach(change -> LOG.info("{}", change));
            return changes;
        }

        /** Whether the host is ready, and a line for each thing that is not as it should be: for people, not for programs. */
        @Override
        public String toString() {
            return Stream.concat(
                            Stream.of((isOk() ? "ready" : "not ready") + " for " + containers
                                    + (containers == 1 ? " container, " : " containers, ") + checks.size()
                                    + " things were looked at"),
                            checks.stream().filter(check -> !check.isOk()).map(check -> "  " + check))
                    .collect(Collectors.joining("\n"));
        }

        private void lower(List<Reading> done, RuntimeException cause) {
            try {
                done.forEach(r -> files.writeKernelSetting(r.limit().path(), Long.toString(r.setting())));
            } catch (RuntimeException e) {
                cause.addSuppressed(e);
            }
        }

        private static Map<String, Long> by(List<Reading> readings, boolean advised) {
            return readings.stream()
                    .collect(Collectors.toMap(
                            r -> r.limit().key(), r -> advised ? r.advised() : r.setting(), (a, b) -> b, TreeMap::new));
        }

        private static String sentence(Reading reading) {
            return "raise " + reading.limit().key() + " from " + reading.setting() + " to " + reading.advised();
        }

        private Stream<Reading> fallingShort() {
            return limits.stream().filter(reading -> !reading.check().isOk());
        }

        private Stream<ReadinessCheck> at(Level level) {
            return checks.stream().filter(check -> check.level() == level);
        }
    }
}
