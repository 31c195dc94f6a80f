package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.deploy.DeployOptions;
import io.nspawn.deploy.Hook.Point;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeployException;
import io.nspawn.model.InvalidSpecException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers that wait for others at the start, and a deployer's own code around it. */
class OrderTest {
    @RegisterExtension
    static final FakeHost host = Sample.host();

    private static ContainerSpec spec(String name, String... after) {
        return ContainerSpec.named(name).image(Sample.IMAGE).after(after).build();
    }

    private static DeployOptions recording(List<String> seen) {
        DeployOptions options = DeployOptions.DEFAULT;
        for (Point point : Point.values()) {
            options = options.hook(point, machine -> seen.add(point + " " + machine));
        }
        return options;
    }

    @Test
    void eachStartsWhenThoseItWaitsForAreReady() {
        List<String> seen = new ArrayList<>();

        host.deployAll(
                List.of(spec("web", "galera_1", "cache"), spec("cache", "galera_1"), spec("galera_1"), spec("alone")),
                recording(seen),
                p -> {});

        assertThat(seen)
                .containsSubsequence(
                        "BEFORE_START galera-1",
                        "AFTER_START galera-1",
                        "BEFORE_START cache",
                        "AFTER_START cache",
                        "BEFORE_START web",
                        "AFTER_START web")
                .containsSubsequence("BEFORE_START alone", "AFTER_START galera-1")
                .hasSize(8);
    }

    @Test
    void theOrderIsInTheUnitToo() {
        host.deployAll(List.of(spec("web", "galera_1"), spec("galera_1")), p -> {});

        assertThat(host.readFile("/etc/systemd/system/systemd-nspawn@web.service.d/20-nspawn.conf"))
                .get()
                .asString()
                .contains("Wants=systemd-nspawn@galera-1.service", "After=systemd-nspawn@galera-1.service");
    }

    @Test
    void oneThatIsOnTheHostAlreadyIsKnown() {
        host.deploy(spec("galera_1"));

        host.deploy(spec("web", "galera_1"));

        assertThat(host.containers()).hasSize(2);
    }

    @Test
    void circlesAndUnknownNamesAreRefusedTogether() {
        InvalidSpecException refused = catchThrowableOfType(
                InvalidSpecException.class,
                () -> host.plan(
                        List.of(spec("a", "b"), spec("b", "c"), spec("c", "a"), spec("d", "d"), spec("e", "f"))));

        assertThat(refused.findings())
                .extracting(f -> f.subject() + ": " + f.problem())
                .containsExactlyInAnyOrder(
                        "e: is to start after f, which is neither in this deploy nor on the host",
                        "a: waits for itself at the start: a, c, b, a",
                        "d: waits for itself at the start: d, d");
    }

    @Test
    void aRestartRunsItsHooksInOrder() {
        host.deploy(spec("web"));
        List<String> seen = new ArrayList<>();
        ContainerSpec changed = ContainerSpec.named("web")
                .image(Sample.IMAGE)
                .environment("A", "b")
                .build();

        host.deploy(changed, recording(seen).restarting());

        assertThat(seen).containsExactly("BEFORE_STOP web", "AFTER_STOP web", "BEFORE_START web", "AFTER_START web");
    }

    @Test
    void aHookThatFailsFailsTheDeployWhichIsTakenBack() {
        String before = host.dump();
        for (Point point : List.of(Point.BEFORE_START, Point.AFTER_START)) {
            DeployOptions options = DeployOptions.DEFAULT.hook(point, machine -> {
                throw new IllegalStateException("not " + machine);
            });

            assertThatThrownBy(() -> host.deployAll(List.of(spec("web"), spec("cache")), options, p -> {}))
                    .isInstanceOf(DeployException.class)
                    .hasMessageContaining("not web")
                    .hasRootCauseInstanceOf(IllegalStateException.class);

            assertThat(Sample.changes(host, before)).isEmpty();
        }
    }
}
