package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Listings that something changes under: the change is made from inside the decoder, after the first datagram and before
 * the last, so that nothing depends on chance.
 */
class DumpLiveTest extends NamespaceTest {
    /** So many that the kernel needs several datagrams. */
    private static final int LINKS = 300;

    private RouteSocket other;

    @BeforeEach
    void open() {
        other = RouteSocket.open(here);
        Link lower = links.create(LinkSpec.bridge("br0"));
        for (int i = 0; i < LINKS; i++) {
            links.create(LinkSpec.macvlan("mv" + i, lower.index(), MacvlanMode.BRIDGE));
        }
    }

    @AfterEach
    void close() {
        if (other != null) {
            other.close();
        }
    }

    /** Decodes, and makes a link at the first message of each of so many attempts. */
    private final class Disturbance {
        private final int attempts;
        private final Set<Integer> seen = new HashSet<>();
        private int attempt;

        Disturbance(int attempts) {
            this.attempts = attempts;
        }

        Optional<Link> decode(Message message) {
            if (seen.add(message.sequence())) {
                attempt++;
                if (attempt <= attempts) {
                    other.links().create(LinkSpec.bridge("new" + attempt));
                }
            }
            return LinkDecoder.decode(message);
        }
    }

    private Listing<Link> list(Disturbance disturbance) throws KernelRefusal {
        return socket.dump(LinkFilter.all().request(), disturbance::decode);
    }

    @Test
    void anInterruptedListingIsTriedAgainUntilItIsConsistent() throws KernelRefusal {
        Disturbance twice = new Disturbance(2);
        Listing<Link> listing = list(twice);
        assertThat(twice.attempt).isEqualTo(3);
        assertThat(listing.consistent()).isTrue();
        assertThat(listing.orThrow("links"))
                .hasSize(LINKS + 4)
                .extracting(Link::name)
                .contains("new1", "new2");
    }

    @Test
    void oneThatIsInterruptedEachTimeIsHandedOverWithAWordOrRefusedAsTheCallerChose() throws KernelRefusal {
        Disturbance always = new Disturbance(Integer.MAX_VALUE);
        Listing<Link> listing = list(always);
        assertThat(always.attempt).isEqualTo(10);
        assertThat(listing.consistent()).isFalse();
        assertThat(listing.entries()).hasSizeGreaterThanOrEqualTo(LINKS);
        assertThatThrownBy(() -> listing.orThrow("links")).isInstanceOf(NetlinkException.Inconsistent.class);
    }

    @Test
    void largeListingsComeWhole() {
        List<String> expected = new ArrayList<>(List.of("lo", "br0"));
        for (int i = 0; i < LINKS; i++) {
            expected.add("mv" + i);
        }
        assertThat(socket.links().list()).extracting(Link::name).containsExactlyInAnyOrderElementsOf(expected);
    }
}
