package io.nspawn.config.nspawn;

import java.util.List;
import java.util.OptionalInt;

/** Signals of Linux on x86 and Arm by name, as {@code signal_from_string()} reads them. */
final class Signals {
    private static final int FIRST_REAL_TIME = 34;
    private static final int LAST = 64;

    private static final List<String> NAMES = List.of(
            "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
            "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "IO", "PWR", "SYS");

    private Signals() {}

    static int parse(String text) throws Unparsable {
        OptionalInt number = number(text);
        if (number.isEmpty()) {
            return named(text);
        }
        if (number.getAsInt() < 1 || number.getAsInt() > LAST) {
            throw Unparsable.outOfRange("no signal from 1 to " + LAST + ": " + text);
        }
        return number.getAsInt();
    }

    private static OptionalInt number(String text) {
        try {
            return OptionalInt.of(Numbers.int32(text));
        } catch (Unparsable notANumber) {
            return OptionalInt.empty();
        }
    }

    private static int named(String text) throws Unparsable {
        String name = text.startsWith("SIG") ? text.substring(3) : text;
        int number = NAMES.indexOf(name);
        if (number > 0) {
            return number;
        }
        if (name.startsWith("RTMIN")) {
            return FIRST_REAL_TIME + offset(text, name.substring(5), '+');
        }
        if (name.startsWith("RTMAX")) {
            return LAST + offset(text, name.substring(5), '-');
        }
        throw Unparsable.invalid("no signal: \"" + text + '"');
    }

    private static int offset(String text, String offset, char sign) throws Unparsable {
        if (offset.isEmpty()) {
            return 0;
        }
        if (offset.charAt(0) != sign) {
            throw Unparsable.invalid("no signal: \"" + text + '"');
        }
        int number = Numbers.int32(offset);
        if (Math.abs(number) > LAST - FIRST_REAL_TIME || Integer.signum(number) == (sign == '+' ? -1 : 1)) {
            throw Unparsable.outOfRange("no real-time signal: \"" + text + '"');
        }
        return number;
    }

    /** The name of a signal, or its number where it has none. */
    static String text(int number) {
        if (number > 0 && number < NAMES.size()) {
            return "SIG" + NAMES.get(number);
        }
        return number >= FIRST_REAL_TIME && number <= LAST
                ? "SIGRTMIN+" + (number - FIRST_REAL_TIME)
                : Integer.toString(number);
    }
}
