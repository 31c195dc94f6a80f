package io.nspawn.testkit.real;

import io.nspawn.local.LocalHost;
import io.nspawn.spi.HostPorts;
import io.nspawn.testkit.contract.MachineControlContract;
import io.nspawn.testkit.lab.LabTest;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The real host keeps to what is written of its ports. */
@LabTest({"bookworm", "trixie"})
class MachineControlContractTest extends MachineControlContract {
    private static Optional<HostPorts> opened = Optional.empty();

    @BeforeAll
    static void open() {
        opened = Optional.of(LocalHost.open());
    }

    @AfterAll
    static void close() {
        opened.ifPresent(HostPorts::close);
    }

    @Override
    protected HostPorts ports() {
        return opened.orElseThrow();
    }

    @Override
    protected String image() {
        return Setup.image();
    }
}
