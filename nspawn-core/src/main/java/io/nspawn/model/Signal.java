package io.nspawn.model;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A signal of Linux (signal(7)), as x86, ARM, RISC-V, POWER and s390 number them. Real-time signals are counted as the C
 * library does, from 34.
 *
 * @param number 1 to 64
 */
public record Signal(int number) {
    private static final int REALTIME_MIN = 34;
    private static final int REALTIME_MAX = 64;
    private static final Pattern REALTIME = Pattern.compile("RTMIN(?:\\+(\\d{1,2}))?|RTMAX(?:-(\\d{1,2}))?");
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    public static final Signal HUP = of("HUP");
    public static final Signal INT = of("INT");
    public static final Signal KILL = of("KILL");
    public static final Signal TERM = of("TERM");
    public static final Signal USR1 = of("USR1");
    public static final Signal USR2 = of("USR2");

    public Signal {
        if (number < 1 || number > REALTIME_MAX) {
            throw new IllegalArgumentException("a signal is 1 to " + REALTIME_MAX + ", not " + number);
        }
    }

    /**
     * A signal by name, with or without {@code SIG}: {@code TERM}, {@code SIGUSR1}, {@code SIGRTMIN+4}.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Signal of(String name) {
        String bare = name.startsWith("SIG") ? name.substring("SIG".length()) : name;
        int index = NAMES.indexOf(bare);
        if (index >= 0) {
            return new Signal(index + 1);
        }
        return new Signal(realtime(bare)
                .orElseThrow(() -> new IllegalArgumentException(
                        "no signal is called \"" + name + "\"; names are like SIGTERM or SIGRTMIN+4")));
    }

    private static OptionalInt realtime(String name) {
        Matcher matcher = REALTIME.matcher(name);
        if (!matcher.matches()) {
            return OptionalInt.empty();
        }
        int number = name.startsWith("RTMIN")
                ? REALTIME_MIN + distance(matcher.group(1))
                : REALTIME_MAX - distance(matcher.group(2));
        return number < REALTIME_MIN || number > REALTIME_MAX ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private static int distance(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    /** The name, as {@code kill -l} has it. */
    @Override
    public String toString() {
        if (number <= NAMES.size()) {
            return "SIG" + NAMES.get(number - 1);
        }
        return number < REALTIME_MIN
                ? Integer.toString(number)
                : String.format(Locale.ROOT, "SIGRTMIN+%d", number - REALTIME_MIN);
    }
}
