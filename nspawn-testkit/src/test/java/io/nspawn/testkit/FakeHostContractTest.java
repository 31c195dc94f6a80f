package io.nspawn.testkit;

import io.nspawn.Host;
import io.nspawn.testkit.contract.HostContract;

/** The fake keeps to what the real host keeps to. */
class FakeHostContractTest extends HostContract {
    private final FakeHost host = FakeHost.withImages(Sample.IMAGE);

    @Override
    protected Host host() {
        return host;
    }

    @Override
    protected String image() {
        return Sample.IMAGE;
    }
}
