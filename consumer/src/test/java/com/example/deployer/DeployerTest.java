package com.example.deployer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nspawn.Container;
import io.nspawn.model.ContainerState;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.testkit.FakeHost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DeployerTest {
    @RegisterExtension
    static final FakeHost host = FakeHost.withImages("debian-12").addLink("br-mgmt");

    @Test
    void deploysAContainer() {
        Container web = new Deployer(host).deploy("web_1", "172.29.236.20/22");

        assertEquals(ContainerState.READY, web.status().state());
        assertEquals("web-1", web.name().value());
    }

    @Test
    void saysWhatIsWrong() {
        InvalidSpecException e =
                assertThrows(InvalidSpecException.class, () -> new Deployer(FakeHost.withImages("other")).deploy("web", "172.29.236.20/22"));

        assertTrue(e.getMessage().contains("debian-12"), e.getMessage());
    }
}
