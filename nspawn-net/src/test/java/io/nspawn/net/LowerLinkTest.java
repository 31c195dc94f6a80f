package io.nspawn.net;

import org.junit.jupiter.api.BeforeEach;

/** A test whose namespace has a link {@code up0} that is up and has a carrier, to put others on. */
abstract class LowerLinkTest extends NamespaceTest {
    protected Link lower;

    @BeforeEach
    void makeLower() {
        lower = links.create(LinkSpec.veth("up0", new VethPeer(InterfaceName.of("wire0")).setUp())
                .up());
    }
}
