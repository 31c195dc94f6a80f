package io.nspawn.local;

import java.util.List;
import java.util.Optional;

/** Words of importd that tell why a transfer failed, and what cures it. */
final class TransferCauses {
    private record Cause(String said, String remedy) {}

    private static final List<Cause> CAUSES = List.of(
            new Cause("failed with code 404", "Nothing is at that address: check the URL."),
            new Cause(
                    "hecksum",
                    "What came is not what its sums say: look at both on the server, then download it again."),
            new Cause(
                    "gpg", "Install gpg on the host, or download with Verify.CHECKSUM from a server that is trusted."),
            new Cause("No space left on device", "The pool is full: grow it, or remove what is not needed."));

    private TransferCauses() {}

    static Optional<String> remedy(List<String> log) {
        return CAUSES.stream()
                .filter(cause -> log.stream().anyMatch(line -> line.contains(cause.said())))
                .map(Cause::remedy)
                .findFirst();
    }
}
