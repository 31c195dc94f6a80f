package io.nspawn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.testkit.lab.Lab;
import io.nspawn.testkit.lab.LabTest;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every example on a real systemd and a real pool. */
@LabTest({"bookworm", "trixie"})
class ExamplesOnTheLabTest {
    @TestFactory
    Stream<DynamicTest> eachRunsForReal() {
        return Examples.ofHosts().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(),
                        () -> ExamplesTest.runs(
                                entry.getKey(),
                                entry.getValue(),
                                "--here",
                                Lab.release().baseImage())));
    }

    @Test
    void netlinkByItself() throws Exception {
        assertThat(Said.by(NetlinkByItself::main)).contains("mv0@", "172.29.236.11/22", "heard: Optional[br-mgmt]");
    }

    @Test
    void btrfsByItself() throws Exception {
        assertThat(Said.by(BtrfsByItself::main)).contains("clone7", "received base@1 again", "deleted clone0");
    }
}
