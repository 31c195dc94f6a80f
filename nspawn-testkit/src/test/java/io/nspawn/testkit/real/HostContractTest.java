package io.nspawn.testkit.real;

import io.nspawn.Host;
import io.nspawn.testkit.contract.HostContract;
import io.nspawn.testkit.lab.LabTest;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The real host keeps to what is written of it. */
@LabTest({"bookworm", "trixie"})
class HostContractTest extends HostContract {
    private static Optional<Host> opened = Optional.empty();

    @BeforeAll
    static void open() {
        opened = Optional.of(Host.local());
    }

    @AfterAll
    static void close() {
        opened.ifPresent(Host::close);
    }

    @Override
    protected Host host() {
        return opened.orElseThrow();
    }

    @Override
    protected String image() {
        return Setup.image();
    }
}
