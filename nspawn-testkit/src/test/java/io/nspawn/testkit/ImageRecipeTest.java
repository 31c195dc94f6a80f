package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.Image;
import io.nspawn.host.ImageManifest;
import io.nspawn.host.ImageRecipe;
import io.nspawn.model.BusyException;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Finding;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Operation;
import io.nspawn.model.Verify;
import io.nspawn.testkit.ExecScript.Reply;
import io.nspawn.testkit.Faults.Call;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images are prepared by recipes: what is done, what is refused, and what a kill leaves. */
class ImageRecipeTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String NAME = "galera";
    private static final ImageRecipe RECIPE = ImageRecipe.from(Sample.IMAGE).named(NAME);
    private static final URI ADDRESS = URI.create("https://images.example/debian.tar");

    @RegisterExtension
    final FakeHost host = Sample.host().addDownload(ADDRESS.toString());

    private void prepare(ImageRecipe recipe) {
        assertThat(host.images().prepare(recipe).await(LONG))
                .isEqualTo(recipe.name().orElseThrow());
    }

    private String text(String path) {
        return host.readInRoot(NAME, path).orElseThrow();
    }

    private ImageManifest manifest() {
        return host.images().manifest(NAME).orElseThrow();
    }

    private InvalidSpecException refused(ImageRecipe recipe) {
        String before = host.dump();
        InvalidSpecException refusal = catchThrowableOfType(
                InvalidSpecException.class, () -> host.images().prepare(recipe));
        assertThat(refusal).isNotNull();
        assertThat(host.changesSince(before)).isEmpty();
        return refusal;
    }

    @Test
    void anImageIsMadeOfAnImage() {
        prepare(RECIPE.file("/etc/motd", "hello\n"));

        assertThat(host.images().find(NAME)).get().matches(Image::sealed);
        assertThat(text("etc/motd")).isEqualTo("hello\n");
        assertThat(text("etc/machine-id")).isEmpty();
        assertThat(text("etc/ssh/sshd_config")).isNotEmpty();
        for (String gone : List.of(
                "etc/ssh/ssh_host_ed25519_key",
                "etc/ssh/ssh_host_ed25519_key.pub",
                "var/lib/systemd/random-seed",
                "var/lib/dhcp/dhclient.eth0.leases",
                "usr/lib/nspawn/under-construction")) {
            assertThat(host.readInRoot(NAME, gone)).as(gone).isEmpty();
        }
        assertThat(host.dump()).doesNotContain(".#");
    }

    @Test
    void leanMasksWhatTheImageHasAndSaysWhy() {
        prepare(RECIPE.lean().unmask("apt-daily.timer"));

        assertThat(manifest().masks())
                .containsOnlyKeys("systemd-logind.service", "systemd-user-sessions.service")
                .doesNotContainValue("");
        assertThat(host.dump())
                .contains("etc/systemd/system/systemd-logind.service -> /dev/null")
                .contains("etc/tmpfiles.d/systemd-nologin.conf -> /dev/null")
                .doesNotContain("apt-daily.timer -> /dev/null");
        assertThat(text("etc/systemd/journald.conf.d/50-nspawn.conf")).contains("Storage=volatile");
    }

    @Test
    void aUnitIsEnabledWithWhatItBringsAlong() {
        host.deleteInRoot(Sample.IMAGE, FakeImage.NETWORKD_ENABLED);

        prepare(RECIPE.networkd());

        assertThat(host.dump())
                .contains("multi-user.target.wants/systemd-networkd.service -> "
                        + "/usr/lib/systemd/system/systemd-networkd.service")
                .contains("sockets.target.wants/systemd-networkd.socket -> "
                        + "/usr/lib/systemd/system/systemd-networkd.socket");
    }

    @Test
    void theSameRecipeDoesNothingAgain() {
        prepare(RECIPE.lean());
        String before = host.dump();
        int acts = host.faults().acts();

        Operation<?> again = host.images().prepare(RECIPE.lean());
        again.await(LONG);

        assertThat(again.log()).containsExactly("nothing to do: the same recipe made it");
        assertThat(host.changesSince(before)).isEmpty();
        assertThat(host.faults().acts()).isEqualTo(acts);
    }

    @Test
    void anotherRecipeReplacesTheImageAndLeavesItsClonesAlone() {
        prepare(RECIPE.file("/etc/motd", "old\n"));
        host.deploy(ContainerSpec.named("web").image(NAME).boots().build());

        prepare(RECIPE.file("/etc/motd", "new\n"));

        assertThat(text("etc/motd")).isEqualTo("new\n");
        assertThat(host.readInRoot("web", "etc/motd")).contains("old\n");
        assertThat(host.images().list()).hasSize(2);
        assertThat(host.container("web").status().state().name()).isEqualTo("READY");
    }

    @Test
    void anotherContentOfTheSourceIsAnotherRecipe() {
        prepare(RECIPE);
        host.writeInRoot(Sample.IMAGE, "etc/motd", "changed\n");

        prepare(RECIPE);

        assertThat(text("etc/motd")).isEqualTo("changed\n");
    }

    @Test
    void theOldImageIsKeptWhenThatIsSaid() {
        prepare(RECIPE.file("/etc/motd", "old\n"));
        String kept = NAME + "-" + manifest().recipe().substring(0, 8);

        prepare(RECIPE.file("/etc/motd", "new\n").keepOld());

        assertThat(host.readInRoot(kept, "etc/motd")).contains("old\n");
        assertThat(text("etc/motd")).isEqualTo("new\n");
    }

    @Test
    void commandsRunInAContainerOfTheImage() {
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        host.onExec((machine, command) -> {
            ran.add(String.join(" ", command));
            return Optional.of(Reply.ok("did " + command.get(0) + "\n"));
        });

        prepare(RECIPE.packages("curl", "jq").command("ldconfig").hostNetwork());

        assertThat(ran)
                .containsExactly(
                        "apt-get update",
                        "apt-get install --yes --no-install-recommends curl jq",
                        "apt-get clean",
                        "ldconfig");
        assertThat(manifest().steps()).contains(new ImageManifest.Step("ran ldconfig", List.of("did ldconfig")));
        assertThat(host.dump()).doesNotContain("nspawn-build");
        assertThat(host.images().list()).hasSize(2);
    }

    @Test
    void aCommandThatFailsFailsTheRecipe() {
        host.onExec((machine, command) -> Optional.of(Reply.failed(3, "one\ntwo\n")));
        String before = host.dump();

        Operation<?> operation = host.images().prepare(RECIPE.command("false"));

        assertThatThrownBy(() -> operation.await(LONG))
                .isInstanceOf(HostFailureException.class)
                .hasMessageContaining("false: exit code 3: one | two");
        assertThat(Sample.changes(host, before)).isSubsetOf("+  /run/systemd/nspawn/");
        assertThat(operation.log()).contains("two");
    }

    @Test
    void whatFailsLeavesTheOldImage() {
        host.faults().once(io.nspawn.testkit.Operation.CLONE, Fault.noSpace());
        assertThatThrownBy(() -> prepare(RECIPE)).isInstanceOf(NoSpaceException.class);
        host.faults().once(io.nspawn.testkit.Operation.EXCHANGE, Fault.noSpace());
        prepare(RECIPE);
        assertThatThrownBy(() -> prepare(RECIPE.revision("2"))).isInstanceOf(NoSpaceException.class);

        assertThat(host.images().find(NAME)).get().matches(Image::sealed);
        assertThat(host.dump()).doesNotContain(".#");
    }

    @Test
    void thereAreOtherSources() {
        host.addFile("/srv/a.tar", "an archive");
        host.addDirectory("/srv/none");

        prepare(ImageRecipe.fromTar(Path.of("/srv/a.tar")).named("of-tar"));
        prepare(ImageRecipe.fromTar("1", () -> new ByteArrayInputStream(new byte[9]))
                .named("of-stream"));
        prepare(ImageRecipe.mmdebstrap("bookworm").named("of-mmdebstrap"));
        prepare(ImageRecipe.fromPull(ADDRESS, Verify.SIGNATURE).named("of-pull"));

        assertThat(host.images().list())
                .extracting(image -> image.name().value())
                .containsExactly(Sample.IMAGE, "of-mmdebstrap", "of-pull", "of-stream", "of-tar");
        assertThat(refused(ImageRecipe.fromDirectory(Path.of("/srv/none")).named(NAME)))
                .hasMessageContaining("no root file system");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        host.deleteInRoot(Sample.IMAGE, "usr/bin/dbus-daemon");
        host.deleteInRoot(Sample.IMAGE, "usr/bin/apt-get");
        host.addForeignRoot(NAME);

        List<Finding> findings = refused(
                        RECIPE.packages("curl").mask("none.service", "x").enable("sshd.service"))
                .findings();

        assertThat(findings)
                .extracting(Finding::problem)
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).contains("no recipe made"),
                        problem -> assertThat(problem).contains("no D-Bus"),
                        problem -> assertThat(problem).contains("no package manager"),
                        problem -> assertThat(problem).contains("no unit none.service"),
                        problem -> assertThat(problem).contains("no unit sshd.service"));
    }

    @Test
    void whatIsNotThereOrNotSealedIsRefused() {
        host.addForeignRoot("open");

        assertThat(refused(ImageRecipe.from("none").named(NAME))).hasMessageContaining("not there");
        assertThat(refused(ImageRecipe.from("open").named(NAME))).hasMessageContaining("seal");
        assertThat(refused(RECIPE.named(Sample.IMAGE))).hasMessageContaining("its own source");
        assertThat(refused(ImageRecipe.fromTar(Path.of("/srv/none.tar")).named(NAME)))
                .hasMessageContaining("not there");
        assertThat(refused(RECIPE.networkd().mask("systemd-networkd.service", "x")))
                .hasMessageContaining("enabled and masked");
        assertThatIllegalArgumentException().isThrownBy(() -> host.images().prepare(ImageRecipe.from(Sample.IMAGE)));
    }

    @Test
    void anImageThatIsUsedOrWasUnsealedIsLeftAlone() {
        prepare(RECIPE);
        host.images().unseal(NAME);
        assertThat(refused(RECIPE.lean())).hasMessageContaining("unsealed");
        host.images().seal(NAME);

        host.container(NAME).start();
        assertThatThrownBy(() -> host.images().prepare(RECIPE.lean())).isInstanceOf(BusyException.class);
    }

    @Test
    void aManifestIsReadOrMissed() {
        prepare(RECIPE);
        assertThat(manifest().image().value()).isEqualTo(NAME);
        assertThat(manifest().source()).isEqualTo("image " + Sample.IMAGE);
        assertThat(host.images().manifest(Sample.IMAGE)).isEmpty();
        assertThatThrownBy(() -> host.images().manifest("none")).isInstanceOf(NotFoundException.class);

        host.writeInRoot(
                NAME, ImageManifest.PATH.substring(1), text(ImageManifest.PATH).replace("debian", "fedora"));
        assertThatThrownBy(() -> host.images().manifest(NAME)).isInstanceOf(HostFailureException.class);
    }

    @TestFactory
    Stream<DynamicTest> aPreparationKilledAndRunAgain() {
        return everyAct(h -> {});
    }

    @TestFactory
    Stream<DynamicTest> aReplacementKilledAndRunAgain() {
        return everyAct(h -> h.images().prepare(RECIPE).await(LONG));
    }

    /** The process dies at every operation that changes the host. */
    private static Stream<DynamicTest> everyAct(Consumer<FakeHost> before) {
        FakeHost counting = scripted();
        before.accept(counting);
        int already = counting.faults().calls().size();
        full(counting);
        List<Call> acts = counting.faults().calls().stream()
                .skip(already)
                .filter(call -> call.operation().acts())
                .toList();
        assertThat(acts).hasSizeGreaterThan(15);
        return IntStream.range(0, acts.size())
                .boxed()
                .flatMap(act -> Stream.of(Fault.killed(), Fault.killedAfter())
                        .map(fault -> DynamicTest.dynamicTest(act + " " + acts.get(act), () -> {
                            FakeHost host = scripted();
                            before.accept(host);
                            host.faults().atAct(act, fault);
                            assertThatThrownBy(() -> full(host)).isInstanceOf(HostKilled.class);
                            host.images()
                                    .list()
                                    .forEach(image -> assertThat(host.readInRoot(
                                                    image.name().value(), "usr/lib/nspawn/under-construction"))
                                            .isEmpty());

                            full(host);

                            assertThat(host.images().find(NAME)).get().matches(Image::sealed);
                            assertThat(host.images()
                                            .manifest(NAME)
                                            .orElseThrow()
                                            .masks())
                                    .isNotEmpty();
                            assertThat(host.images().list()).hasSize(2);
                            assertThat(host.dump()).doesNotContain(".#").doesNotContain("nspawn-build");
                        })));
    }

    private static FakeHost scripted() {
        return Sample.host().onExec((machine, command) -> Optional.of(Reply.ok("")));
    }

    private static void full(FakeHost host) {
        host.images()
                .prepare(RECIPE.lean()
                        .file("/etc/motd", "hello\n")
                        .command("ldconfig")
                        .hostNetwork())
                .await(LONG);
    }
}
