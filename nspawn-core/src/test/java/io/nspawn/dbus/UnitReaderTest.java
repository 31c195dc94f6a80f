package io.nspawn.dbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way past the bus is no more than a short cut. */
class UnitReaderTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void whatIsNotAnsweredPastTheBusIsAskedForOverIt(@TempDir Path directory) throws Exception {
        SampleBus bus = new SampleBus(Signatures.of("257"));
        PrivateDaemon daemon = PrivateDaemon.start(directory);
        try (Bus gone = Bus.at(daemon.address())) {
            daemon.close();
            UnitReader reader = new UnitReader(bus, Optional.of(gone));

            assertThat(reader.few(List.of("a.service", "b.service"), List.of("ActiveState"), List.of("MainPID"), SOON))
                    .extracting(
                            unit -> unit.text("ActiveState"),
                            unit -> unit.positive("MainPID").getAsLong())
                    .containsExactly(tuple("text", 7L), tuple("text", 7L));
            assertThat(reader.counters(List.of("a.service"), List.of("TasksCurrent"), SOON)
                            .get(0)
                            .values())
                    .containsOnlyKeys("TasksCurrent");
        }
    }

    @Test
    void nobodyButPid1IsFoundPastTheBus() {
        assertThat(SocketBus.toPeer(new BusAddress("/nonexistent", false))).isEmpty();
    }
}
