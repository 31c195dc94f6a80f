package io.nspawn.testkit;

import io.nspawn.spi.HostPorts;
import io.nspawn.testkit.contract.HostNetworkContract;

/** The fake keeps to what the real host keeps to. */
class FakeHostNetworkContractTest extends HostNetworkContract {
    private final HostPorts ports = FakeHost.withImages(Sample.IMAGE).ports();

    @Override
    protected HostPorts ports() {
        return ports;
    }

    @Override
    protected String image() {
        return Sample.IMAGE;
    }
}
