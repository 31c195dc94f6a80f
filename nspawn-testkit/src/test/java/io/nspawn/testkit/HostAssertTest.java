package io.nspawn.testkit;

import static io.nspawn.testkit.NspawnAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.DeployException;
import io.nspawn.model.Size;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Assertions on hosts hold where they should, and otherwise say what is and show the host. */
class HostAssertTest {
    private static final String NODE = "infra_node-1";

    @RegisterExtension
    static final FakeHost host = Sample.host();

    @Test
    void theyHoldForADeployedContainer() {
        host.deploy(Sample.spec(1));
        Sample.settled(host);

        assertThat(host)
                .container(NODE)
                .exists()
                .isReady()
                .isRunning()
                .isEnabled()
                .hasAddress("172.29.236.11/22")
                .hasAddress("fd00:5::11")
                .hasNic("br-mgmt")
                .hasNic("mv-br-mgmt")
                .hasFileContaining("/etc/hostname", "infra-node-1")
                .hasNoFile("/etc/ssh/ssh_host_ed25519_key")
                .hasJournalContaining("Started systemd-nspawn@")
                .succeedsIn("true")
                .and()
                .hasContainers(NODE)
                .hasImage("debian-12")
                .doesNotHaveImage("debian-13")
                .matches(Sample.spec(1))
                .hasNoLeftovers()
                .hasFreeSpace(Size.parse("1G"))
                .usesAtMost(Size.parse("1G"));
        host.container(NODE).stop();
        assertThat(host).container(NODE).isStopped();
        host.container(NODE).disable();
        assertThat(host).container(NODE).isDisabled();
        assertThat(host).container("db").doesNotExist();
    }

    @Test
    void theyFailAndShowTheHost() {
        host.deploy(Sample.spec(1));
        fails(() -> assertThat(host).container(NODE).isStopped(), "container infra-node-1 is not stopped but READY");
        fails(() -> assertThat(host).container(NODE).hasAddress("172.29.236.99/22"), "does not have the address");
        fails(() -> assertThat(host).container(NODE).hasNic("br-other"), "has no interface br-other, but [mv-br-mgmt");
        fails(() -> assertThat(host).container(NODE).hasFileContaining("/etc/hostname", "%s"), "no \"%s\" but:");
        fails(() -> assertThat(host).container(NODE).hasFileContaining("/etc/none", "x"), "has no file /etc/none");
        fails(() -> assertThat(host).container(NODE).hasNoFile("/etc/hostname"), "has a file /etc/hostname");
        fails(() -> assertThat(host).container(NODE).hasJournalContaining("panic"), "nothing with \"panic\"");
        fails(() -> assertThat(host).container(NODE).isDisabled(), "is enabled");
        fails(() -> assertThat(host).container(NODE).hasFailed(), "is not failed");
        fails(() -> assertThat(host).container(NODE).succeedsIn("false"), "ended false with");
        fails(() -> assertThat(host).container("db").exists(), "container db is ABSENT");
        fails(() -> assertThat(host).container("db").isEnabled(), "is not enabled");
        fails(() -> assertThat(host).hasContainers("db"), "it has the containers [infra-node-1], not [db]");
        fails(() -> assertThat(host).hasImage("debian-13"), "it has no image debian-13, but [debian-12]");
        fails(() -> assertThat(host).doesNotHaveImage("debian-12"), "it has an image debian-12");
        fails(() -> assertThat(host).matches(Sample.spec(2)), "clone image debian-12");
        fails(() -> assertThat(host).hasFreeSpace(Size.parse("65G")), "free, not");
        fails(() -> assertThat(host).usesAtMost(Size.parse("1M")), "in use, more than");
    }

    @Test
    void leftoversAreFound() {
        host.faults().once(Operation.SYNC, Fault.killed());
        assertThatThrownBy(() -> host.deploy(Sample.spec(1))).isInstanceOf(HostKilled.class);

        fails(() -> assertThat(host).hasNoLeftovers(), "remove the unfinished root .#nspawn-infra-node-1");
        fails(() -> assertThat(host).hasNoLeftovers(), "files of infra-node-1, which has no root");
    }

    @Test
    void theReportTellsWhatWentWrong() {
        host.failNextStart(NODE, "mount: wrong fs type");
        host.faults().once(Operation.STOP, Errno.EIO);
        host.faults().once(Operation.RESET_FAILED, Errno.EIO);
        assertThatThrownBy(() -> host.deployAll(Sample.specs(32), p -> {})).isInstanceOf(DeployException.class);

        int calls = host.faults().calls().size();
        String report = host.report();

        assertThat(report.lines().count()).isLessThan(150);
        assertThat(report)
                .contains("faults that struck: 1", "STOP infra-node-")
                .contains("containers: 32", "    | mount: wrong fs type")
                .containsPattern("infra-node-1 +failed +enabled")
                .containsPattern("infra-node-0 +(active|activating) +enabled")
                .contains("images: debian-12", "br-mgmt bridge up");
        assertThat(host.faults().calls()).as("a report is no operation").hasSize(calls);
    }

    private static void fails(ThrowingCallable assertion, String why) {
        assertThatThrownBy(assertion)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(why)
                .hasMessageContaining(FakeReport.HEADING);
    }
}
