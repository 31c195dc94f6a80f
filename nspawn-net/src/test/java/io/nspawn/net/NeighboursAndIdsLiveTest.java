package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Neighbours and the ids of namespaces, as ip(8) sees them. */
class NeighboursAndIdsLiveTest extends LowerLinkTest {
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:42");
    private static final MacAddress OTHER = MacAddress.parse("02:00:00:00:00:43");

    private int link;

    @BeforeEach
    void open() {
        link = lower.index();
    }

    private Optional<Neighbour> find(String address) {
        return socket.neighbours().list(link).stream()
                .filter(n -> n.address().equals(IpAddress.parse(address)))
                .findFirst();
    }

    @Test
    void neighboursAreAddedReplacedAndDeleted() {
        Neighbours neighbours = socket.neighbours();
        for (String address : List.of("10.20.30.7", "fd00::7")) {
            Neighbour neighbour = Neighbour.permanent(link, IpAddress.parse(address), MAC);
            neighbours.add(neighbour);
            assertThat(find(address)).contains(neighbour);
            assertThat(neighbours.list()).contains(neighbour);
            String shown = Lab.ip(here, "neigh", "show", "dev", "up0").orFail().output();
            assertThat(shown).contains(address + " lladdr " + MAC + " PERMANENT");

            assertThatThrownBy(() -> neighbours.add(neighbour)).isInstanceOf(NetlinkException.AlreadyExists.class);
            neighbours.replace(Neighbour.permanent(link, neighbour.address(), OTHER));
            assertThat(find(address).flatMap(Neighbour::mac)).contains(OTHER);
            neighbours.replace(neighbour.state(Neighbour.State.NOARP));
            assertThat(find(address).map(Neighbour::state)).contains(Neighbour.State.NOARP);

            neighbours.delete(neighbour);
            assertThatThrownBy(() -> neighbours.delete(neighbour)).isInstanceOf(NetlinkException.NotFound.class);
            assertThat(find(address)
                            .filter(n -> n.state() != Neighbour.State.FAILED && n.state() != Neighbour.State.NOARP))
                    .isEmpty();
        }
    }

    @Test
    void neighboursOfALinkThatIsNotThere() {
        assertThat(socket.neighbours().list(4242)).isEmpty();
        Neighbour lost = Neighbour.permanent(4242, IpAddress.parse("10.0.0.1"), MAC);
        assertThatThrownBy(() -> socket.neighbours().add(lost)).isInstanceOf(NetlinkException.NotFound.class);
        assertThatIllegalArgumentException().isThrownBy(() -> Neighbour.permanent(0, IpAddress.parse("10.0.0.1"), MAC));
    }

    @Test
    void aNamespaceGetsAnIdAndKeepsIt() {
        NamespaceIds ids = socket.namespaceIds();
        NetworkNamespace one = lab.namespace();
        NetworkNamespace other = lab.namespace();
        assertThat(ids.find(one)).isEmpty();
        int id = ids.assign(one);
        assertThat(ids.find(one)).hasValue(id);
        assertThat(ids.assign(one)).isEqualTo(id);
        ids.assign(other, 4711);
        assertThat(ids.find(other)).hasValue(4711);
        assertThat(ids.list()).containsExactlyInAnyOrder(id, 4711);
        assertThat(Lab.ip(here, "netns", "list-id").orFail().output()).contains("nsid 4711", "nsid " + id);

        assertThatThrownBy(() -> ids.assign(one, 4712)).isInstanceOf(NetlinkException.AlreadyExists.class);
        NetworkNamespace third = lab.namespace();
        assertThatThrownBy(() -> ids.assign(third, 4711)).isInstanceOf(NetlinkException.AlreadyExists.class);
        assertThat(ids.find(third)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> ids.assign(third, -1));
        assertThatThrownBy(() -> ids.assign(NetworkNamespace.named("no-such-namespace")))
                .isInstanceOf(NetlinkException.NotFound.class);
    }

    @Test
    void theIdOfALowerLinkElsewhereTellsWhichNamespaceThatIs() {
        NetworkNamespace there = lab.namespace();
        socket.links().createIn(there, LinkSpec.macvlan("mv0", link, MacvlanMode.BRIDGE));
        try (RouteSocket inside = RouteSocket.open(there)) {
            Link.Lower lower = inside.links().get("mv0").lower().orElseThrow();
            assertThat(lower.index()).isEqualTo(link);
            assertThat(lower.namespaceId())
                    .isPresent()
                    .isEqualTo(inside.namespaceIds().find(here));
        }
    }
}
