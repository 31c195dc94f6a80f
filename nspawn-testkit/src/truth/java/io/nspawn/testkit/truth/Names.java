package io.nspawn.testkit.truth;

import io.nspawn.model.MachineName;
import io.nspawn.net.InterfaceName;
import java.util.List;

/** The few names that sequences use, so that they often meet. */
final class Names {
    static final String PREFIX = "eq-";

    /** As a spec has them: the first one is mapped. */
    static final List<String> CONTAINERS = List.of("eq_one", "eq-two", "eq-three");

    static final List<MachineName> MACHINES =
            CONTAINERS.stream().map(MachineName::mapped).toList();

    /** The two that are there at first, one that may come to be, and one that never is. */
    static final List<String> IMAGES = List.of("eq-image", "eq-other", "eq-spare");

    static final List<String> SNAPSHOTS = List.of("first", "second");

    static final String NO_IMAGE = "eq-none";

    static final List<String> BRIDGES = List.of("br-eq0", "br-eq1");

    static final String MACVLAN = "eqmv0";
    static final String NO_LINK = "br-eq9";

    private Names() {}

    static List<InterfaceName> links() {
        return List.of(InterfaceName.of(MACVLAN), InterfaceName.of(BRIDGES.get(0)), InterfaceName.of(BRIDGES.get(1)));
    }
}
