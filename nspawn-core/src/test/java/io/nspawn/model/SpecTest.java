package io.nspawn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.ContainerSpec.Payload;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpecTest {
    private static ContainerSpec.Builder web() {
        return ContainerSpec.named("web_1").image("debian-12");
    }

    @Test
    void aSpecIsDataThatCanBeCompared() {
        ContainerSpec one = web().macvlan(
                        "br-mgmt", nic -> nic.address("10.0.0.1/24").mtu(1400))
                .limits(l -> l.memory("4G").tasks(10).cpuPercent(150))
                .environment("A", "b")
                .build();
        ContainerSpec other = web().macvlan(
                        "br-mgmt", nic -> nic.address("10.0.0.1/24").mtu(1400))
                .limits(l -> l.cpuPercent(150).tasks(10).memory("4096M"))
                .environment("A", "b")
                .build();

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(one.machine()).isEqualTo(MachineName.of("web-1"));
        assertThat(one.boots()).isTrue();
        assertThat(one.limits()).hasToString("memory 4.0G, tasks 10, CPU 150%");
        assertThat(Limits.NONE).hasToString("none");
        assertThat(one.userNamespace()).isTrue();
    }

    @Test
    void argumentsThatCannotWorkAreRefusedAtOnce() {
        assertThatThrownBy(() -> ContainerSpec.named("web").build()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> web().runs()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> web().runs("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> web().bind("relative", "/x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> web().device("/dev/../etc/shadow").build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> web().environment("1A", "b").build()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> web().limits(l -> l.tasks(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> web().limits(l -> l.cpuPercent(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> web().macvlan("br-mgmt", nic -> nic.mtu(67)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> web().macvlan("br-mgmt", nic -> nic.gateway("gateway.example")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSpecKeepsNoHoldOnWhatItWasMadeOf() {
        ContainerSpec.Builder builder = web();
        ContainerSpec before = builder.build();
        builder.bind("/srv", "/srv").runs("/bin/true");

        assertThat(before.binds()).isEmpty();
        assertThat(before.payload()).isEqualTo(new Payload.Boots());
        assertThat(builder.build().payload()).isEqualTo(new Payload.Runs(List.of("/bin/true")));
    }

    @Test
    void aFailureIsOneSentenceWithItsRemedy() {
        Failure failure = Failure.of("clone", "web", "no space left on device")
                .named("ENOSPC")
                .remedy("Grow the pool.")
                .outcome(Outcome.UNKNOWN);

        assertThat(failure.message())
                .isEqualTo("clone web: no space left on device (ENOSPC); whether it was applied is unknown."
                        + " Grow the pool.");
        assertThat(new NoSpaceException(failure).errorName()).isEqualTo(Optional.of("ENOSPC"));
    }
}
