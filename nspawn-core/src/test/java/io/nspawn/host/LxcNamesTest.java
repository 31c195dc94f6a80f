package io.nspawn.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.net.InterfaceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** LXC and this library name their links on the same host, and neither asks the other. */
class LxcNamesTest {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    private static final int LONGEST = 15;
    private static final int TRIES = 20_000;

    /** Those that a user chose are refused; those that this library makes of them never look like LXC's. */
    @Test
    void noNameThatIsMadeIsLikeOneOfLxc() {
        Random random = new Random(20261128);
        for (int i = 0; i < TRIES; i++) {
            String name = name(random);
            Topology topology = Topology.builder()
                    .given(name, segment -> segment.throughVeth().host("10.0.0.1/24"))
                    .given(
                            "x" + i,
                            segment -> segment.hostMacvlan(Topology.hostMacvlanOf(InterfaceName.of(name))
                                    .value()))
                    .build();
            List<InterfaceName> made = new ArrayList<>();
            topology.segments().forEach(segment -> made.addAll(segment.made()));

            assertThat(made)
                    .as("made for " + name)
                    .hasSize(3)
                    .noneMatch(
                            link -> TopologyRules.OF_LXC.matcher(link.value()).matches());
        }
    }

    @Test
    void namesOfLxcAreKnown() {
        assertThat(List.of("vethXa3Kd9", "veth1000_aB3d", "mcA1b2C3", "4ed0d84a_eth1", "lxcbr0"))
                .allMatch(name -> TopologyRules.OF_LXC.matcher(name).matches());
        assertThat(List.of("veth-mgmt2", "mv-mgmt", "br-mgmt", "eth0", "mcast0x"))
                .noneMatch(name -> TopologyRules.OF_LXC.matcher(name).matches());
    }

    private static String name(Random random) {
        StringBuilder name = new StringBuilder(random.nextBoolean() ? "br-" : "x");
        int length = name.length() + random.nextInt(LONGEST - name.length() + 1);
        while (name.length() < length) {
            name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return name.toString();
    }
}
