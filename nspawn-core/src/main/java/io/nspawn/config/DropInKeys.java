package io.nspawn.config;

import static io.nspawn.config.Grammar.BOOLEAN;
import static io.nspawn.config.Grammar.TIME;
import static io.nspawn.config.Grammar.integer;
import static io.nspawn.config.Grammar.listOf;
import static io.nspawn.config.Grammar.oneOf;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The keys of unit drop-ins that this library writes, with the first systemd that knows each (systemd.unit(5),
 * systemd.service(5), systemd.exec(5), systemd.resource-control(5)).
 */
final class DropInKeys {
    private static final int OLD = 208;
    private static final int MAX_CPU = 8191;

    /** A path in quotes or as it is, with {@code %} and what else has a meaning escaped. */
    private static final String PATH = "(/[^\\s\"'\\\\%]*(?:%%[^\\s\"'\\\\%]*)*|\"/(?:[^\"\\\\%]|\\\\[\"\\\\]|%%)*\")";

    private static final Pattern QUOTED_PATH = Pattern.compile(PATH);
    private static final Pattern DEVICE =
            Pattern.compile("(" + PATH + "|(char|block)-[A-Za-z0-9*?_./-]+) (r?w?m?)(?<! )");
    private static final Pattern BANDWIDTH = Pattern.compile(PATH + " (infinity|[1-9][0-9]{0,18})");
    private static final Pattern DEVICE_WEIGHT = Pattern.compile(PATH + " ([1-9][0-9]{0,3}|10000)");
    private static final Pattern LATENCY = Pattern.compile(PATH + " [1-9][0-9]{0,17}(us|ms|s)");
    private static final Pattern ASSIGNMENT =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=[^\\s\"'\\\\%]*(?:%%[^\\s\"'\\\\%]*)*"
                    + "|\"[A-Za-z_][A-Za-z0-9_]*=(?:[^\"\\\\%]|\\\\[\"\\\\nt]|%%)*\"");

    static final Keys KEYS = keys();

    private DropInKeys() {}

    private static Keys keys() {
        Keys.Builder keys = Keys.of("drop-in");
        Grammar unit = new Grammar("the name of a unit", UnitName::isValid).several();
        Grammar path = new Grammar("an absolute path, quoted where it must be", matches(QUOTED_PATH))
                .reading(OtherForms::unitWord)
                .several();
        keys.section("Unit")
                .keys(OLD, unit, "Wants", "Requires", "BindsTo", "After", "Before", "PartOf", "Conflicts")
                .keys(OLD, path, "RequiresMountsFor")
                .keys(256, path, "WantsMountsFor")
                .keys(OLD, TIME, "JobTimeoutSec");
        service(keys.section("Service"));
        resources(keys);
        devices(keys);
        return keys.build();
    }

    private static void service(Keys.Builder keys) {
        keys.keys(OLD, TIME, "TimeoutStartSec", "TimeoutStopSec", "WatchdogSec", "RestartSec")
                .keys(243, TIME, "TimeoutAbortSec")
                .keys(229, TIME, "RuntimeMaxSec")
                .keys(246, oneOf("terminate", "abort", "kill"), "TimeoutStartFailureMode", "TimeoutStopFailureMode")
                .keys(
                        OLD,
                        oneOf("no", "always", "on-success", "on-failure", "on-abnormal", "on-abort", "on-watchdog"),
                        "Restart")
                .keys(254, integer(1, 0xffff_ffffL), "RestartSteps")
                .keys(254, TIME, "RestartMaxDelaySec")
                .keys(
                        OLD,
                        new Grammar("NAME=VALUE, quoted where it must be", matches(ASSIGNMENT))
                                .reading(OtherForms::unitWord)
                                .several(),
                        "Environment")
                .keys(
                        OLD,
                        new Grammar("the name of a slice", text -> UnitName.isValid(text) && text.endsWith(".slice")),
                        "Slice")
                .keys(OLD, oneOf("control-group", "mixed", "process", "none"), "KillMode");
    }

    private static void resources(Keys.Builder keys) {
        Grammar bytes = integer(0, Long.MAX_VALUE)
                .reading(OtherForms::memory)
                .or("infinity")
                .or(percent(100));
        keys.keys(OLD, 258, BOOLEAN, "CPUAccounting")
                .keys(OLD, BOOLEAN, "MemoryAccounting")
                .keys(227, BOOLEAN, "TasksAccounting")
                .keys(230, BOOLEAN, "IOAccounting")
                .keys(235, BOOLEAN, "IPAccounting")
                .keys(231, bytes, "MemoryLow", "MemoryHigh", "MemoryMax")
                .keys(232, bytes, "MemorySwapMax")
                .keys(240, bytes, "MemoryMin")
                .keys(253, bytes, "MemoryZSwapMax")
                .keys(256, BOOLEAN, "MemoryZSwapWriteback")
                .keys(213, percent(Integer.MAX_VALUE), "CPUQuota")
                .keys(242, TIME, "CPUQuotaPeriodSec")
                .keys(232, integer(1, 10_000).or("idle"), "CPUWeight")
                .keys(244, cpus(), "AllowedCPUs", "AllowedMemoryNodes")
                .keys(227, integer(1, Long.MAX_VALUE).or("infinity").or(percent(100)), "TasksMax")
                .keys(230, integer(1, 10_000), "IOWeight")
                .keys(230, new Grammar("a path and a weight from 1 to 10000", matches(DEVICE_WEIGHT)), "IODeviceWeight")
                .keys(
                        230,
                        new Grammar("a path and a number, or infinity", matches(BANDWIDTH)),
                        "IOReadBandwidthMax",
                        "IOWriteBandwidthMax",
                        "IOReadIOPSMax",
                        "IOWriteIOPSMax")
                .keys(240, new Grammar("a path and a time span", matches(LATENCY)), "IODeviceLatencyTargetSec")
                .keys(248, oneOf("none", "avoid", "omit"), "ManagedOOMPreference");
    }

    private static void devices(Keys.Builder keys) {
        keys.keys(OLD, oneOf("auto", "closed", "strict"), "DevicePolicy")
                .keys(
                        OLD,
                        new Grammar("a device and some of rwm", matches(DEVICE)).reading(OtherForms::device),
                        "DeviceAllow");
    }

    private static Grammar percent(long most) {
        return new Grammar(
                "a percentage from 1% to " + most + "%",
                text -> text.endsWith("%") && Grammar.isInteger(text.substring(0, text.length() - 1), 1, most));
    }

    private static Grammar cpus() {
        Grammar cpu = new Grammar("a CPU from 0 to " + MAX_CPU + ", or a range M-N of them", DropInKeys::isCpuRange);
        return listOf(cpu).reading(text -> String.join(" ", OtherForms.words(text.replace(',', ' '))));
    }

    private static boolean isCpuRange(String text) {
        int dash = text.indexOf('-');
        return dash < 0
                ? Grammar.isInteger(text, 0, MAX_CPU)
                : Grammar.isInteger(text.substring(0, dash), 0, MAX_CPU)
                        && Grammar.isInteger(
                                text.substring(dash + 1), Long.parseLong(text.substring(0, dash)), MAX_CPU);
    }

    private static Predicate<String> matches(Pattern pattern) {
        return text -> pattern.matcher(text).matches();
    }
}
