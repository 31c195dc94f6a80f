package io.nspawn.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Why containers do not come up, where their journal says it in words that only the initiated understand. */
public enum FailureCause {
    /** Each container's init and most services need inotify instances, and the kernel's default is enough for few. */
    INOTIFY_INSTANCES(
            "Too many open files",
            "The host's inotify instances are used up: host.readiness().forContainers(n).fix() raises the limit."),
    /** The host's interface that a macvlan or bridge port is to be made on is not there. */
    LOWER_INTERFACE_MISSING(
            "(Failed to resolve interface|Unknown interface|Failed to get interface) .*(No such device|Invalid argument)",
            "The host's interface below is missing: host.network().apply(topology) makes it, then start again."),
    /** The host's interface is there, and udev has not set it up. */
    LOWER_INTERFACE_NOT_READY(
            "is not initialized yet", "udev has not seen the lower interface yet: start the container again."),
    /**
     * Another interface on the same lower one has the MAC address. The kernel says so when the second is set up: to an
     * application that does that itself, not to systemd-nspawn, which only makes interfaces.
     */
    ADDRESS_IN_USE(
            "Address already in use",
            "Another interface has the container's MAC, maybe of a network namespace that is going away: start again, or"
                    + " delete that interface."),
    /** There is no root of that name: the container was never deployed, or its name is misspelt. */
    ROOT_MISSING(
            "No image for machine",
            "There is no such container: deploy it first; host.containers() has those that are there."),
    /** The root is locked, as by a machinectl or systemd-nspawn that was started by hand. */
    IMAGE_BUSY(
            "is currently busy",
            "Another process runs on the container's root: stop that first; systemd-nspawn holds it until it ends."),
    /** The container's .nspawn file, or its command line, cannot be read at all. */
    BAD_SETTING(
            "\\.nspawn:\\d+: (Invalid section header|Line is not UTF-8|Interface .* not valid)"
                    + "|Failed to (load|parse) .*\\.nspawn",
            "Correct the .nspawn file at that line; a deploy of the container's spec writes it anew."),
    /** The pool has no room. */
    POOL_FULL("No space left on device", "The pool is full: grow it, or remove what is not needed.");

    private final Pattern said;
    private final String remedy;

    FailureCause(String said, String remedy) {
        this.said = Pattern.compile(said);
        this.remedy = remedy;
    }

    /** One sentence that says what to do. */
    public String remedy() {
        return remedy;
    }

    /** The cause that lines of a journal tell of; the first of this list's order if they tell of several. */
    public static Optional<FailureCause> of(List<String> journal) {
        return Arrays.stream(values())
                .filter(cause -> journal.stream()
                        .anyMatch(line -> cause.said.matcher(line).find()))
                .findFirst();
    }
}
