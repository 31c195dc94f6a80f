package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.deploy.DeployReport;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.Size;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The fake itself: what it must do as a real host does. */
class FakeHostTest {
    @RegisterExtension
    static final FakeHost host = Sample.host();

    private static RootTree tree() {
        RootTree tree = new RootTree();
        tree.write("etc/passwd", bytes("root"), 0644);
        return tree;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void linksAreResolvedWithinTheRoot() {
        RootTree tree = tree();
        tree.link("a", "/../../etc");
        tree.link("var/b", "../a/passwd");
        tree.link("loop", "loop");

        assertThat(tree.read("a/passwd")).hasValue(bytes("root"));
        assertThat(tree.read("../../var/b")).hasValue(bytes("root"));
        assertThat(tree.read("etc/passwd/below")).isEmpty();
        assertThatThrownBy(() -> tree.read("loop/x")).isInstanceOf(HostFailureException.class);
        assertThatThrownBy(() -> tree.read("etc")).isInstanceOf(HostFailureException.class);
        assertThatThrownBy(() -> tree.write("etc/passwd/x", bytes(""), 0644))
                .isInstanceOf(HostFailureException.class)
                .hasMessageContaining("ENOTDIR");
    }

    @Test
    void aLinkAtThePathItselfIsReplaced() {
        RootTree tree = tree();
        tree.link("etc/mtab", "passwd");

        tree.write("etc/mtab", bytes("new"), 0600);

        assertThat(tree.read("etc/passwd")).hasValue(bytes("root"));
        assertThat(tree.read("etc/mtab")).hasValue(bytes("new"));
        assertThat(tree.list("etc")).containsExactly("mtab", "passwd");
    }

    @Test
    void deletingALinkKeepsItsTarget() {
        RootTree tree = tree();
        tree.link("a", "etc");

        assertThat(tree.delete("a")).isTrue();
        assertThat(tree.delete("a")).isFalse();
        assertThat(tree.read("etc/passwd")).isPresent();
        assertThat(tree.delete("etc")).isTrue();
        assertThat(tree.read("etc/passwd")).isEmpty();
    }

    @Test
    void aStartBeforeTheReloadUsesTheOldFiles() {
        host.deploy(Sample.spec(1)).stop();
        String dropIn = "/etc/systemd/system/systemd-nspawn@infra-node-1.service.d/20-nspawn.conf";
        host.addFile(dropIn, host.readFile(dropIn).orElseThrow().replace("TasksMax=4096", "TasksMax=5"));
        assertThat(host.dump()).contains("unit infra-node-1: inactive, enabled, needs reload");

        host.container("infra_node-1").start();

        assertThat(host.dump()).containsPattern("container infra-node-1 boots with .*TasksMax=4096\\b");
    }

    @Test
    void whatWasNotSyncedIsLostWithThePower() {
        host.faults().once(Operation.SYNC, Fault.killed());
        assertThatThrownBy(() -> host.deploy(Sample.spec(1))).isInstanceOf(HostKilled.class);
        assertThat(host.dump()).contains(".#nspawn-infra-node-1");

        host.crash();

        assertThat(host.dump()).doesNotContain(".#nspawn-infra-node-1").contains("infra-node-1.nspawn");
    }

    @Test
    void enabledContainersComeBackAfterAPowerLoss() {
        host.deploy(Sample.spec(1));
        host.clock().advance(Unsynced.COMMIT);

        host.crash();
        assertThat(host.container("infra_node-1").status().state()).isEqualTo(ContainerState.STARTING);
        Sample.settled(host);
        assertThat(host.container("infra_node-1").status().state()).isEqualTo(ContainerState.READY);
    }

    @Test
    void whatSystemdAndDeletionsLeaveUnsyncedIsLostForAWhile() {
        host.deploy(Sample.spec(1));
        host.crash();
        assertThat(host.container("infra_node-1").isEnabled()).isFalse();
        assertThat(host.container("infra_node-1").status().state()).isEqualTo(ContainerState.STOPPED);

        host.deploy(Sample.spec(1));
        host.clock().advance(Unsynced.COMMIT);
        host.container("infra_node-1").remove();
        host.crash();
        // The pool is in a file here: its sync came after the unit was disabled, and before the files were deleted.
        assertThat(host.container("infra_node-1").isEnabled()).isFalse();
        assertThat(host.readFile("/etc/systemd/nspawn/infra-node-1.nspawn")).isPresent();
        assertThat(host.readInRoot("infra-node-1", "etc/hostname")).isEmpty();

        host.container("infra_node-1").remove();
        host.clock().advance(Unsynced.COMMIT);
        host.crash();
        assertThat(host.readFile("/etc/systemd/nspawn/infra-node-1.nspawn")).isEmpty();
    }

    @Test
    void aResetKeepsWhatWasSetUp() {
        host.deploy(Sample.spec(1));
        host.addLink("br-later").setPoolSize(Size.parse("1G"));

        host.reset();

        assertThat(host.dump()).isEqualTo(Sample.host().dump());
        assertThat(host.images().find(Sample.IMAGE)).isPresent();
    }

    @Test
    void deploysOfSeveralThreadsExcludeEachOther() throws Exception {
        List<CompletableFuture<DeployReport>> deploys = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> host.deployAll(List.of(Sample.spec(i)), p -> {})))
                .toList();
        for (CompletableFuture<DeployReport> deploy : deploys) {
            assertThat(deploy.get(30, TimeUnit.SECONDS).changed()).isPositive();
        }

        FakeHost calm = Sample.host();
        calm.deployAll(Sample.specs(4), p -> {});
        assertThat(Sample.settled(host)).isEqualTo(Sample.settled(calm));
    }

    @Test
    void anImageWithoutAnInitDoesNotBoot() {
        host.deleteInRoot(Sample.IMAGE, "usr/lib/systemd/systemd");
        assertThatThrownBy(() -> host.deploy(Sample.spec(1)))
                .hasCauseInstanceOf(JobFailedException.class)
                .hasMessageContaining("execv(");

        host.deleteInRoot(Sample.IMAGE, "usr/lib/os-release");
        assertThatThrownBy(() -> host.deploy(Sample.spec(1))).hasMessageContaining("os-release file is missing");
    }

    @Test
    void withoutNetworkSettingsTheTemplateGivesAVeth() {
        host.deploy(ContainerSpec.named("web").image(Sample.IMAGE).build()).stop();
        host.addFile("/etc/systemd/nspawn/web.nspawn", "[Exec]\nBoot=yes\nLinkJournal=no\n");
        String before = host.dump();

        host.container("web").start();
        assertThat(host.dump()).contains("link ve-web veth", "\n  host0 down");
        host.container("web").stop();
        assertThat(host.changesSince(before)).isEmpty();
    }
}
