package io.nspawn.testkit.real;

import io.nspawn.testkit.truth.HostTraces;
import java.util.List;
import java.util.Set;

/** All of a host that a deploy can change; see {@link HostTraces}. */
final class HostState {
    private HostState() {}

    static Set<String> now() {
        return HostTraces.now();
    }

    /** What came ({@code +}) and what went ({@code -}) since then. */
    static List<String> changesSince(Set<String> before) {
        return HostTraces.changesSince(before);
    }
}
