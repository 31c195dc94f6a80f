package io.nspawn.config.nspawn;

/** A limit of setrlimit(2); each has a key {@code Limit…=}. */
public enum ResourceLimit {
    /** In seconds. */
    CPU(Unit.SECONDS),
    FSIZE(Unit.BYTES),
    DATA(Unit.BYTES),
    STACK(Unit.BYTES),
    CORE(Unit.BYTES),
    RSS(Unit.BYTES),
    NOFILE(Unit.COUNT),
    AS(Unit.BYTES),
    NPROC(Unit.COUNT),
    MEMLOCK(Unit.BYTES),
    LOCKS(Unit.COUNT),
    SIGPENDING(Unit.COUNT),
    MSGQUEUE(Unit.BYTES),
    /** The kernel's own count: 20 less the nice level, 0 to 40. */
    NICE(Unit.NICE),
    RTPRIO(Unit.COUNT),
    /** In microseconds. */
    RTTIME(Unit.MICROSECONDS);

    private final Unit unit;

    ResourceLimit(Unit unit) {
        this.unit = unit;
    }

    Unit unit() {
        return unit;
    }

    enum Unit {
        SECONDS("a time span such as 10min, or infinity"),
        MICROSECONDS("a time span such as 5ms, or infinity"),
        BYTES("bytes such as 64M, or infinity"),
        COUNT("a number, or infinity"),
        NICE("0 to 40, or a nice level such as +5 or -5");

        private final String grammar;

        Unit(String grammar) {
            this.grammar = grammar;
        }

        String grammar() {
            return grammar;
        }
    }
}
