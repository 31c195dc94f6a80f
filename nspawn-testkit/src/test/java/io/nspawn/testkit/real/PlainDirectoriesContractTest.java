package io.nspawn.testkit.real;

import io.nspawn.local.LocalHost;
import io.nspawn.model.Storage;
import io.nspawn.spi.HostPorts;
import io.nspawn.testkit.contract.ImageStoreContract;
import io.nspawn.testkit.lab.LabTest;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A pool of plain directories keeps to what every store does. */
@LabTest({"bookworm", "trixie"})
class PlainDirectoriesContractTest extends ImageStoreContract {
    private static Optional<PlainPool> pool = Optional.empty();
    private static Optional<HostPorts> opened = Optional.empty();

    @BeforeAll
    static void open() {
        pool = Optional.of(PlainPool.make("2G"));
        opened = Optional.of(LocalHost.open(Storage.PLAIN_DIRECTORIES));
    }

    @AfterAll
    static void close() {
        opened.ifPresent(HostPorts::close);
        pool.ifPresent(PlainPool::close);
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
