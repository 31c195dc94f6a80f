package io.nspawn.dbus;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.Outcome;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A row of values from the bus, read by place and type: a reply, a signal's arguments, a structure. What is not as
 * promised is a failure of the host, and says which value of what it was.
 */
record Reply(String operation, String subject, List<?> values) {

    static Reply of(String member, Remote remote, List<?> values) {
        return new Reply(member, remote.path(), values);
    }

    String text(int place) {
        return at(place, String.class);
    }

    long number(int place) {
        return at(place, Number.class).longValue();
    }

    double fraction(int place) {
        return at(place, Number.class).doubleValue();
    }

    boolean flag(int place) {
        return at(place, Boolean.class);
    }

    byte[] bytes(int place) {
        return at(place, byte[].class);
    }

    Descriptor descriptor(int place) {
        return at(place, Descriptor.class);
    }

    Object value(int place) {
        return at(place, Object.class);
    }

    /** The structures of an array. */
    List<Reply> rows(int place) {
        return ((List<?>) at(place, List.class))
                .stream()
                        .map(row -> new Reply(operation, subject, row instanceof List<?> list ? list : List.of(row)))
                        .toList();
    }

    Map<String, Object> properties(int place) {
        return ((Map<?, ?>) at(place, Map.class))
                .entrySet().stream().collect(Collectors.toMap(e -> String.valueOf(e.getKey()), Map.Entry::getValue));
    }

    private <T> T at(int place, Class<T> type) {
        if (place >= values.size() || !type.isInstance(values.get(place))) {
            String found = place < values.size() ? values.get(place).getClass().getSimpleName() : "nothing";
            throw new HostFailureException(Failure.of(
                            operation,
                            subject,
                            "the answer's value " + place + " is " + found + ", not " + type.getSimpleName())
                    .outcome(Outcome.UNKNOWN));
        }
        return type.cast(values.get(place));
    }
}
