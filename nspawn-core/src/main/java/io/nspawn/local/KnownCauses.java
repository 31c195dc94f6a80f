package io.nspawn.local;

import java.util.List;
import java.util.Optional;

/** Failures of containers that say little, and what cures them. */
final class KnownCauses {
    private record Cause(String said, String remedy) {}

    private static final List<Cause> CAUSES = List.of(
            new Cause(
                    "Too many open files",
                    "The host's inotify instances are used up: host.readiness().forContainers(n).fix() raises the limit."),
            new Cause(
                    "is not initialized yet", "udev has not seen the lower interface yet: start the container again."),
            new Cause("Address already in use", "The MAC is still held by a network namespace that is going away."),
            new Cause("is currently busy", "The root is in use by another process: stop that first."),
            new Cause("failed with code 404", "Nothing is at that address: check the URL."),
            new Cause(
                    "hecksum",
                    "What came is not what its sums say: look at both on the server, then download it again."),
            new Cause(
                    "gpg", "Install gpg on the host, or download with Verify.CHECKSUM from a server that is trusted."),
            new Cause("No space left on device", "The pool is full: grow it, or remove what is not needed."));

    private KnownCauses() {}

    static Optional<String> remedy(List<String> journal) {
        return CAUSES.stream()
                .filter(cause -> journal.stream().anyMatch(line -> line.contains(cause.said())))
                .map(Cause::remedy)
                .findFirst();
    }
}
