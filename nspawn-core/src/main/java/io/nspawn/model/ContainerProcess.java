package io.nspawn.model;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A process of a container, with those below it.
 *
 * @param pid as the host numbers it
 * @param insidePid as the container numbers it; empty if it ended while it was looked at
 * @param command its command line, with what is not text escaped; it says what it likes
 * @param controlGroup its control group below that of the container's unit, such as
 *     {@code /payload/system.slice/dbus.service}
 * @param children by process id
 */
public record ContainerProcess(
        int pid, OptionalInt insidePid, String command, String controlGroup, List<ContainerProcess> children) {
    public ContainerProcess {
        children = List.copyOf(children);
    }

    /** It and all below it, each before its children. */
    public Stream<ContainerProcess> all() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(ContainerProcess::all));
    }
}
