package io.nspawn.dbus;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** An object's properties, read by name. One that this systemd does not have is like one that has no value. */
record PropertySet(Map<String, Object> values) {

    /** The text; empty where there is none. */
    String text(String name) {
        return find(name, String.class).orElse("");
    }

    boolean flag(String name) {
        return find(name, Boolean.class).orElse(false);
    }

    OptionalInt number(String name) {
        Optional<Number> number = find(name, Number.class);
        return number.isPresent() ? OptionalInt.of(number.get().intValue()) : OptionalInt.empty();
    }

    /** A counter, where systemd says UINT64_MAX for "not known". */
    OptionalLong counter(String name) {
        Optional<Number> number = find(name, Number.class);
        return number.isPresent() && number.get().longValue() != -1
                ? OptionalLong.of(number.get().longValue())
                : OptionalLong.empty();
    }

    /** A number where 0 means none: a process id. */
    OptionalLong positive(String name) {
        OptionalLong number = counter(name);
        return number.isPresent() && number.getAsLong() > 0 ? number : OptionalLong.empty();
    }

    /** A time of day in microseconds since the epoch, where 0 means never. */
    Optional<Instant> time(String name) {
        OptionalLong micros = positive(name);
        return micros.isPresent()
                ? Optional.of(Instant.EPOCH.plus(micros.getAsLong(), ChronoUnit.MICROS))
                : Optional.empty();
    }

    byte[] bytes(String name) {
        return find(name, byte[].class).orElse(new byte[0]);
    }

    List<?> list(String name) {
        return find(name, List.class).map(list -> (List<?>) list).orElse(List.of());
    }

    private <T> Optional<T> find(String name, Class<T> type) {
        return Optional.ofNullable(values.get(name)).filter(type::isInstance).map(type::cast);
    }
}
