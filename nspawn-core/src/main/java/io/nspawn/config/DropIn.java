package io.nspawn.config;

import io.nspawn.model.Size;
import io.nspawn.model.SystemdVersion;
import io.nspawn.net.InterfaceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * A drop-in of a service unit: what it waits for, what it may use, how long it may take. It is laid over the unit, whose
 * own file stays as it is (systemd.unit(5), systemd.resource-control(5), systemd.service(5)).
 *
 * <pre>{@code
 * DropIn.builder()
 *     .bindsTo(UnitNames.networkDevice(lower)).requiresMountsFor(Path.of("/srv/data"))
 *     .memoryMax(Size.parse("4G")).tasksMax(4096).cpuQuota(250)
 *     .build()
 * }</pre>
 *
 * <p>Limits hold from the next start of the unit on, after the manager has read its files again.
 *
 * @param content the sections of the file
 */
public record DropIn(SystemdFile content) implements TypedFile {
    private static final Path SYSTEM_UNITS = Path.of("/etc/systemd/system");
    private static final int CPU_ALWAYS_COUNTED = 258;
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,200}\\.conf");

    /**
     * Takes the sections of a file.
     *
     * @throws InvalidFileException if a key is none that this library writes, or does not take its value; the message
     *     names the section, the key and what would be right
     */
    public DropIn {
        content = DropInKeys.KEYS.checked(content);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The directory of an administrator's drop-ins for a unit: one unit, or all instances of a template. */
    public static Path directory(UnitName unit) {
        return SYSTEM_UNITS.resolve(unit.value() + ".d");
    }

    /**
     * Where a drop-in stands.
     *
     * @param fileName one name ending in {@code .conf}; the files of a unit are read in the order of their names
     * @throws InvalidFileException if the name has another form
     */
    public static Path path(UnitName unit, String fileName) {
        if (!FILE_NAME.matcher(fileName).matches()) {
            throw InvalidFileException.of(
                    "",
                    "",
                    "no name of a drop-in: \"" + fileName + '"',
                    "it has letters, digits, _ . - and .conf at the end");
        }
        return directory(unit).resolve(fileName);
    }

    /**
     * Reads a drop-in that anybody wrote. Keys that this library does not know, and values with specifiers such as {@code
     * %i}, stay in it and are told; values may have any form that systemd takes for them, but for escapes other than of
     * quotes and backslashes.
     *
     * @param file where it stands, for errors
     * @throws InvalidFileException if systemd would refuse the file, or a known key does not take its value; names the
     *     file, the line, the key and what would be right
     */
    public static TypedDocument<DropIn> read(Path file, byte[] content) {
        return new TypedFileReader<>(DropInKeys.KEYS, DropIn::new, file).read(content);
    }

    @Override
    public SystemdFile contentFor(SystemdVersion version) {
        DropInKeys.KEYS.requireKnown("drop-in", content, version);
        return content;
    }

    /** Collects a drop-in. Each method throws {@link InvalidFileException} for a value out of its range. */
    public static final class Builder {
        private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

        private final Assignments assignments = new Assignments(DropInKeys.KEYS, "Unit", "Service");

        private Builder() {}

        /** Starts another unit along, whether that works or not. */
        public Builder wants(UnitName unit) {
            return unit("Wants", unit);
        }

        public Builder requires(UnitName unit) {
            return unit("Requires", unit);
        }

        /** Stops with the other unit: with a device or mount that goes, too. */
        public Builder bindsTo(UnitName unit) {
            return unit("BindsTo", unit);
        }

        public Builder partOf(UnitName unit) {
            return unit("PartOf", unit);
        }

        public Builder after(UnitName unit) {
            return unit("After", unit);
        }

        public Builder before(UnitName unit) {
            return unit("Before", unit);
        }

        /**
         * Starts when udev knows a network interface, and stops when it goes. Without udev its unit never appears, and the
         * start waits until it times out.
         */
        public Builder boundToInterface(InterfaceName link) {
            UnitName device = UnitName.of(UnitNames.networkDevice(link));
            return bindsTo(device).after(device);
        }

        /** Starts with the mounts that hold a path, and after them; once for each. */
        public Builder requiresMountsFor(Path path) {
            assignments.add("Unit", "RequiresMountsFor", word("Unit", "RequiresMountsFor", path));
            return this;
        }

        /** The same, and starts also when such a mount fails (systemd 256). */
        public Builder wantsMountsFor(Path path) {
            assignments.add("Unit", "WantsMountsFor", word("Unit", "WantsMountsFor", path));
            return this;
        }

        /** How long the start may wait for what it is ordered after, a device's unit for one. */
        public Builder jobTimeout(Duration time) {
            assignments.set("Unit", "JobTimeoutSec", time);
            return this;
        }

        public Builder timeoutStart(Duration time) {
            return service("TimeoutStartSec", time);
        }

        public Builder withoutTimeoutStart() {
            return service("TimeoutStartSec", "infinity");
        }

        public Builder timeoutStop(Duration time) {
            return service("TimeoutStopSec", time);
        }

        public Builder timeoutAbort(Duration time) {
            return service("TimeoutAbortSec", time);
        }

        public Builder runtimeMax(Duration time) {
            return service("RuntimeMaxSec", time);
        }

        public Builder watchdog(Duration time) {
            return service("WatchdogSec", time);
        }

        /** no, always, on-success, on-failure, on-abnormal, on-abort or on-watchdog. */
        public Builder restart(String when) {
            return service("Restart", when);
        }

        public Builder restartDelay(Duration time) {
            return service("RestartSec", time);
        }

        /** In how many steps the delay grows up to a longest (systemd 254). */
        public Builder restartBackoff(int steps, Duration longest) {
            return service("RestartSteps", Integer.toString(steps)).service("RestartMaxDelaySec", longest);
        }

        /**
         * A variable for the service's own processes; once for each. The value is taken as it is: {@code %}, quotes and
         * backslashes mean nothing.
         *
         * @throws InvalidFileException if the name is not letters, digits and {@code _}, or the value has a control
         *     character other than tab and line feed
         */
        public Builder environment(String name, String value) {
            if (!VARIABLE.matcher(name).matches()) {
                throw InvalidFileException.of(
                        "Service",
                        "Environment",
                        "takes no variable of the name \"" + name + '"',
                        "a name has letters, digits and _, and no digit at its start");
            }
            if (value.chars().anyMatch(c -> (c < ' ' && c != '\t' && c != '\n') || c == 0x7f)) {
                throw InvalidFileException.of(
                        "Service",
                        "Environment",
                        "cannot hold the control character in " + name + ", which systemd takes out",
                        "tabs and line feeds it can");
            }
            String word = Quoting.unitWord(name + "=" + value);
            assignments.add("Service", "Environment", word.replace("\n", "\\n").replace("\t", "\\t"));
            return this;
        }

        /** Counts what the service uses of CPU, memory and tasks; systemd 258 always does and takes no such key for the CPU. */
        public Builder accounting() {
            return service("CPUAccounting", "yes")
                    .service("MemoryAccounting", "yes")
                    .service("TasksAccounting", "yes");
        }

        /** The same for one systemd: those keys that it takes. */
        public Builder accounting(SystemdVersion version) {
            if (!version.atLeast(CPU_ALWAYS_COUNTED)) {
                service("CPUAccounting", "yes");
            }
            return service("MemoryAccounting", "yes").service("TasksAccounting", "yes");
        }

        public Builder ioAccounting(boolean on) {
            return service("IOAccounting", on ? "yes" : "no");
        }

        public Builder ipAccounting(boolean on) {
            return service("IPAccounting", on ? "yes" : "no");
        }

        /** Memory that is never taken away. */
        public Builder memoryMin(Size size) {
            return service("MemoryMin", size.exact());
        }

        /** Memory that is taken away last. */
        public Builder memoryLow(Size size) {
            return service("MemoryLow", size.exact());
        }

        /** Memory above which the service is slowed down. */
        public Builder memoryHigh(Size size) {
            return service("MemoryHigh", size.exact());
        }

        /** Memory above which processes of the service are killed. */
        public Builder memoryMax(Size size) {
            return service("MemoryMax", size.exact());
        }

        public Builder memorySwapMax(Size size) {
            return service("MemorySwapMax", size.exact());
        }

        /** Compressed swap in memory (systemd 253). */
        public Builder memoryZSwapMax(Size size) {
            return service("MemoryZSwapMax", size.exact());
        }

        /** Processes and threads, 1 or more. */
        public Builder tasksMax(long count) {
            return service("TasksMax", Long.toString(count));
        }

        /** Percent of one CPU, 1 or more: 200 is two CPUs. */
        public Builder cpuQuota(int percent) {
            return service("CPUQuota", percent + "%");
        }

        /** 1 to 10000, against 100 of the others. */
        public Builder cpuWeight(int weight) {
            return service("CPUWeight", Integer.toString(weight));
        }

        /** Runs only while nobody else wants the CPU. */
        public Builder cpuIdle() {
            return service("CPUWeight", "idle");
        }

        /** The CPUs that the service may run on, 0 to 8191. */
        public Builder allowedCpus(int... cpus) {
            return service("AllowedCPUs", ranges(cpus));
        }

        /** 1 to 10000, against 100 of the others. */
        public Builder ioWeight(int weight) {
            return service("IOWeight", Integer.toString(weight));
        }

        /** The same for one device, or the device that holds a file; once for each. */
        public Builder ioDeviceWeight(Path path, int weight) {
            return device("IODeviceWeight", path, Integer.toString(weight));
        }

        /** Bytes a second, 1 or more. */
        public Builder ioReadBandwidthMax(Path path, Size bytes) {
            return device("IOReadBandwidthMax", path, bytes.exact());
        }

        /** Bytes a second, 1 or more. */
        public Builder ioWriteBandwidthMax(Path path, Size bytes) {
            return device("IOWriteBandwidthMax", path, bytes.exact());
        }

        /** Operations a second, 1 or more. */
        public Builder ioReadIopsMax(Path path, long operations) {
            return device("IOReadIOPSMax", path, Long.toString(operations));
        }

        /** Operations a second, 1 or more. */
        public Builder ioWriteIopsMax(Path path, long operations) {
            return device("IOWriteIOPSMax", path, Long.toString(operations));
        }

        /** The latency that the service is to see on a device. */
        public Builder ioLatencyTarget(Path path, Duration time) {
            return device("IODeviceLatencyTargetSec", path, Assignments.timeSpan("IODeviceLatencyTargetSec", time));
        }

        /** auto, closed or strict. */
        public Builder devicePolicy(String policy) {
            return service("DevicePolicy", policy);
        }

        /**
         * Lets the service use a device node below {@code /dev}; once for each.
         *
         * @param access some of {@code rwm}, in this order: read, write, mknod
         */
        public Builder deviceAllow(Path node, String access) {
            if (!node.startsWith("/dev")) {
                throw InvalidFileException.of(
                        "Service", "DeviceAllow", "does not take " + node, "a device is below /dev");
            }
            return device("DeviceAllow", node, access);
        }

        /**
         * Lets the service use all devices of a group of /proc/devices: {@code char-pts}, {@code block-loop},
         * {@code char-cpu/*}.
         */
        public Builder deviceGroupAllow(String group, String access) {
            assignments.add("Service", "DeviceAllow", group + ' ' + access);
            return this;
        }

        /**
         * The value.
         *
         * @throws InvalidFileException if options exclude each other
         */
        public DropIn build() {
            return new DropIn(assignments.file());
        }

        private Builder unit(String key, UnitName unit) {
            assignments.add("Unit", key, unit.value());
            return this;
        }

        private Builder service(String key, String value) {
            assignments.set("Service", key, value);
            return this;
        }

        private Builder service(String key, Duration value) {
            assignments.set("Service", key, value);
            return this;
        }

        private Builder device(String key, Path path, String value) {
            assignments.add("Service", key, word("Service", key, path) + ' ' + value);
            return this;
        }

        private static String word(String section, String key, Path path) {
            if (!path.isAbsolute() || !path.equals(path.normalize())) {
                throw InvalidFileException.of(
                        section, key, "does not take \"" + path + '"', "a path is absolute and without \"..\"");
            }
            return Quoting.unitWord(path.toString());
        }

        /** As few words as can be: {@code 0-3 8}. */
        private static String ranges(int... numbers) {
            int[] sorted = Arrays.stream(numbers).sorted().distinct().toArray();
            StringJoiner words = new StringJoiner(" ");
            for (int from = 0, to; from < sorted.length; from = to + 1) {
                to = from;
                while (to + 1 < sorted.length && sorted[to + 1] == sorted[to] + 1) {
                    to++;
                }
                words.add(from == to ? Integer.toString(sorted[from]) : sorted[from] + "-" + sorted[to]);
            }
            return words.toString();
        }
    }
}
