package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.config.DropIn;
import io.nspawn.config.NetworkdFile;
import io.nspawn.config.Provenance;
import io.nspawn.config.SystemdFile;
import io.nspawn.config.UnitName;
import io.nspawn.config.UnitNames;
import io.nspawn.model.Size;
import io.nspawn.model.SystemdVersion;
import io.nspawn.net.InterfaceName;
import io.nspawn.testkit.lab.Lab;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Network files and drop-ins, read by the systemd-networkd, udev and PID 1 that they are for. */
@LabTest({"bookworm", "trixie"})
class SystemdFilesTest {
    private static final Path NETWORK = Path.of("/etc/systemd/network");
    private static final String PREFIX = "10-nspawn-lf-";
    private static final UnitName UNIT = UnitName.of("systemd-nspawn@lf-machine.service");
    private static final InterfaceName LINK = InterfaceName.of("lf-br0");
    private static final String NETWORKD = "systemd-networkd.service";
    private static final List<String> LINKS =
            List.of("lf-mv0", "lf-vx0", "lf-ve0", "lf-dm0", "lf-br1", "lf-br2", "lf-br3", "lf-vx3", "lf-br0");

    @AfterEach
    void leaveTheLabAsItWas() throws IOException {
        Command.result("systemctl", "stop", "systemd-networkd.socket", NETWORKD);
        try (Stream<Path> files = Files.list(NETWORK)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith(PREFIX))
                    .toList()) {
                Files.delete(file);
            }
        }
        LINKS.forEach(link -> Command.result("ip", "link", "delete", link));
        Files.deleteIfExists(DropIn.path(UNIT, "60-lf.conf"));
        Files.deleteIfExists(DropIn.directory(UNIT));
        Command.run("systemctl", "daemon-reload");
    }

    @Test
    void networkdLoadsEveryFileWithoutAComplaint() throws IOException {
        int systemd = Lab.release().systemd();
        int number = 0;
        for (NetworkdFile file : NetworkFileSamples.all(systemd)) {
            write(number++ + "." + file.extension(), file.contentFor(version()));
        }
        Path bad =
                Files.writeString(NETWORK.resolve(PREFIX + "bad.network"), "[Match]\nName=lf-bad\n[Network]\nLost=1\n");

        Command.run("systemctl", "start", NETWORKD);
        Await.until(
                "address on " + NetworkFileSamples.BRIDGE, () -> show("address").contains("10.78.0.1/24"));
        Await.until(
                "macvlan and VXLAN on the bridge", () -> links().contains("lf-mv0@") && links().contains("lf-vx0:"));
        Await.until(
                "route through the bridge",
                () -> Command.run("ip", "route")
                        .contains("10.79.0.0/16 via 10.80.0.1 dev lf-br0 proto static metric 77 onlink"));
        assertThat(Command.run("networkctl", "--no-pager", "status", NetworkFileSamples.BRIDGE))
                .contains("Network File: " + NETWORK.resolve(PREFIX + "1.network"));

        List<String> complaints = complaints();
        assertThat(complaints).anyMatch(line -> line.contains(bad + ":4"));
        assertThat(complaints)
                .filteredOn(line -> !line.contains(bad.toString()))
                .isEmpty();
    }

    @Test
    void udevLoadsEveryLinkFileWithoutAComplaint() throws IOException {
        int number = 0;
        for (NetworkdFile file : NetworkFileSamples.links()) {
            write(number++ + ".link", file.contentFor(version()));
        }
        Path bad = Files.writeString(NETWORK.resolve(PREFIX + "bad.link"), "[Match]\nOriginalName=x\n[Link]\nLost=1\n");

        List<String> said = Command.result("udevadm", "test-builtin", "net_setup_link", "/sys/class/net/lo")
                .output()
                .lines()
                .filter(line -> line.contains(NETWORK + "/"))
                .toList();

        assertThat(said).anyMatch(line -> line.contains(bad + ":4"));
        assertThat(said)
                .filteredOn(line -> !line.contains(bad.toString()) && line.contains(":"))
                .isEmpty();
    }

    @Test
    void pid1TakesEveryDropInWithoutAComplaint() throws IOException {
        String before =
                Command.result("systemd-analyze", "verify", UNIT.value()).output();
        DropIn dropIn = dropIn();
        Path file = DropIn.path(UNIT, "60-lf.conf");
        Files.createDirectories(DropIn.directory(UNIT));
        Files.writeString(file, Provenance.stamp(dropIn.contentFor(version()), Map.of("Name", "lf")));

        assertThat(Command.result("systemd-analyze", "verify", UNIT.value()).output())
                .isEqualTo(before);
        Command.run("systemctl", "daemon-reload");
        assertThat(properties()).containsAllEntriesOf(expected());
        assertThat(properties().get("DeviceAllow")).contains("/dev/a b\\c%i rw").contains("char-pts r");
        assertThat(properties().get("RequiresMountsFor"))
                .contains("\"/srv/a b\\\\c%i\"")
                .contains("/srv/d");
        assertThat(properties().get("After")).contains(shown(UnitNames.networkDevice(LINK)));

        Files.writeString(file, Files.readString(file) + "Lost=1\n");
        assertThat(Command.result("systemd-analyze", "verify", UNIT.value()).output())
                .isNotEqualTo(before)
                .contains(file.toString());
    }

    @Test
    void pid1TakesWhatHasNoLimitWithoutAComplaint() throws IOException {
        String before =
                Command.result("systemd-analyze", "verify", UNIT.value()).output();
        DropIn dropIn = DropIn.builder()
                .withoutTimeoutStart()
                .cpuIdle()
                .after(UnitName.of("network.target"))
                .bindsTo(UnitName.of("machine.slice"))
                .build();
        Files.createDirectories(DropIn.directory(UNIT));
        Files.writeString(
                DropIn.path(UNIT, "60-lf.conf"), Provenance.stamp(dropIn.contentFor(version()), Map.of("Name", "lf")));

        assertThat(Command.result("systemd-analyze", "verify", UNIT.value()).output())
                .isEqualTo(before);
        Command.run("systemctl", "daemon-reload");
        assertThat(properties()).containsEntry("TimeoutStartUSec", "infinity").containsEntry("CPUWeight", "idle");
        assertThat(properties().get("BindsTo")).contains("machine.slice");
    }

    private static DropIn dropIn() {
        DropIn.Builder dropIn = DropIn.builder()
                .boundToInterface(LINK)
                .wants(UnitName.of("network.target"))
                .requires(UnitNames.mount("/"))
                .partOf(UnitName.of("machines.target"))
                .before(UnitName.of("machines.target"))
                .requiresMountsFor(Path.of("/srv/a b\\c%i"))
                .requiresMountsFor(Path.of("/srv/d"))
                .jobTimeout(Duration.ofSeconds(45))
                .timeoutStart(Duration.ofSeconds(90))
                .timeoutStop(Duration.ofMillis(1500))
                .timeoutAbort(Duration.ofSeconds(7))
                .runtimeMax(Duration.ofDays(300))
                .watchdog(Duration.ofMinutes(3))
                .restart("on-failure")
                .restartDelay(Duration.ofMillis(250))
                .environment("SYSTEMD_NSPAWN_LOCK", "0")
                .environment("HARD", "a \"b\" 'c' \\ %i $HOME")
                .environment("LINES", "one\n\ttwo")
                .environment("EMPTY", "");
        if (Lab.release().systemd() >= 257) {
            dropIn.memoryZSwapMax(Size.parse("1M"))
                    .wantsMountsFor(Path.of("/srv/e"))
                    .restartBackoff(3, Duration.ofSeconds(9));
        }
        return resources(dropIn).build();
    }

    private static DropIn.Builder resources(DropIn.Builder dropIn) {
        return dropIn.accounting()
                .ioAccounting(true)
                .ipAccounting(false)
                .memoryMin(Size.parse("1M"))
                .memoryLow(Size.parse("2M"))
                .memoryHigh(Size.parse("3G"))
                .memoryMax(Size.parse("4G"))
                .memorySwapMax(Size.ofBytes(0))
                .tasksMax(4096)
                .cpuQuota(250)
                .cpuWeight(10000)
                .allowedCpus(0, 1, 3)
                .ioWeight(10)
                .ioDeviceWeight(Path.of("/dev/a b\\c%i"), 20)
                .ioReadBandwidthMax(Path.of("/dev/a b\\c%i"), Size.parse("1M"))
                .ioWriteBandwidthMax(Path.of("/dev/null"), Size.parse("2M"))
                .ioReadIopsMax(Path.of("/dev/null"), 30)
                .ioWriteIopsMax(Path.of("/dev/null"), 40)
                .ioLatencyTarget(Path.of("/dev/null"), Duration.ofMillis(25))
                .devicePolicy("strict")
                .deviceAllow(Path.of("/dev/a b\\c%i"), "rw")
                .deviceGroupAllow("char-pts", "r");
    }

    private static Map<String, String> expected() {
        return Map.ofEntries(
                Map.entry("JobTimeoutUSec", "45s"),
                Map.entry("TimeoutStartUSec", "1min 30s"),
                Map.entry("TimeoutStopUSec", "1.500000s"),
                Map.entry("TimeoutAbortUSec", "7s"),
                Map.entry("Restart", "on-failure"),
                Map.entry("RestartUSec", "250ms"),
                Map.entry(
                        "Environment",
                        "SYSTEMD_NSPAWN_LOCK=0 \"HARD=a \\\"b\\\" 'c' \\\\ %i \\$HOME\" \"LINES=one\\n\\ttwo\" EMPTY="),
                Map.entry("MemoryMin", "1048576"),
                Map.entry("MemoryLow", "2097152"),
                Map.entry("MemoryHigh", "3221225472"),
                Map.entry("MemoryMax", "4294967296"),
                Map.entry("MemorySwapMax", "0"),
                Map.entry("TasksMax", "4096"),
                Map.entry("CPUQuotaPerSecUSec", "2.500000s"),
                Map.entry("CPUWeight", "10000"),
                Map.entry("AllowedCPUs", "0-1 3"),
                Map.entry("IOWeight", "10"),
                Map.entry("IODeviceWeight", "/dev/a b\\c%i 20"),
                Map.entry("IOReadBandwidthMax", "/dev/a b\\c%i 1048576"),
                Map.entry("IOWriteBandwidthMax", "/dev/null 2097152"),
                Map.entry("IOReadIOPSMax", "/dev/null 30"),
                Map.entry("IOWriteIOPSMax", "/dev/null 40"),
                Map.entry("DevicePolicy", "strict"),
                Map.entry("BindsTo", shown(UnitNames.networkDevice(LINK))));
    }

    /** A name with a backslash as systemctl(1) shows it. */
    private static String shown(String unit) {
        return '"' + unit.replace("\\", "\\\\") + '"';
    }

    /** A property of several values comes in several lines. */
    private static Map<String, String> properties() {
        return Command.run("systemctl", "show", UNIT.value())
                .lines()
                .filter(line -> line.contains("="))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf('=')),
                        line -> line.substring(line.indexOf('=') + 1),
                        (first, next) -> first + "\n" + next));
    }

    @Test
    void namesAreEscapedAsSystemdEscapeEscapesThem() {
        for (String text :
                List.of("a b", "/a//b/", "br-mgmt", ".x", "\u00e4\u20ac", "a:b_c.d", "-", "/", "/dev/sda1", "%i\\x")) {
            assertThat(UnitNames.escape(text)).isEqualTo(output("systemd-escape", "--", text));
            assertThat(UnitNames.unescape(UnitNames.escape(text)))
                    .isEqualTo(output("systemd-escape", "-u", "--", UnitNames.escape(text)));
        }
        for (String path : List.of("/", "//", "/a//b/", "/./a/./b", "/.x", "/a-b c/d", "/a/.", "/-")) {
            assertThat(UnitNames.escapePath(path)).isEqualTo(output("systemd-escape", "-p", "--", path));
            assertThat(UnitNames.unescapePath(UnitNames.escapePath(path)))
                    .isEqualTo(output("systemd-escape", "-u", "-p", "--", UnitNames.escapePath(path)));
            assertThat(UnitNames.mount(path).value())
                    .isEqualTo(output("systemd-escape", "-p", "--suffix=mount", "--", path));
        }
    }

    private static String output(String... command) {
        return Command.run(command).strip();
    }

    /** Lines of the journal that name one of the files, or say that something is ignored. */
    private static List<String> complaints() {
        Command.run("journalctl", "--sync");
        String invocation = Command.run("systemctl", "show", "--value", "--property=InvocationID", NETWORKD)
                .strip();
        return Command.run("journalctl", "--no-pager", "--output=cat", "_SYSTEMD_INVOCATION_ID=" + invocation)
                .lines()
                .filter(line -> line.contains(NETWORK + "/") || line.contains("lf-"))
                .filter(line -> line.contains(NETWORK + "/")
                        ? !line.contains(": Configuring with /")
                        : line.toLowerCase(Locale.ROOT).contains("ignor"))
                .toList();
    }

    private static String show(String what) {
        return Command.result("ip", what, "show", "dev", NetworkFileSamples.BRIDGE)
                .output();
    }

    private static String links() {
        return Command.run("ip", "-o", "link", "show");
    }

    private static SystemdVersion version() {
        return new SystemdVersion(
                Lab.release().systemd(), Integer.toString(Lab.release().systemd()));
    }

    private static Path write(String name, SystemdFile content) throws IOException {
        Files.createDirectories(NETWORK);
        return Files.writeString(NETWORK.resolve(PREFIX + name), Provenance.stamp(content, Map.of("Name", name)));
    }
}
