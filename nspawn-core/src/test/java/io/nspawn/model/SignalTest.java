package io.nspawn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTest {
    @ParameterizedTest
    @CsvSource({
        "SIGHUP,1",
        "INT,2",
        "SIGKILL,9",
        "USR1,10",
        "SIGTERM,15",
        "SIGCHLD,17",
        "SIGSYS,31",
        "SIGRTMIN,34",
        "SIGRTMIN+4,38",
        "RTMIN+30,64",
        "SIGRTMAX,64",
        "RTMAX-30,34"
    })
    void aNameHasItsNumber(String name, int number) {
        assertThat(Signal.of(name).number()).isEqualTo(number);
        assertThat(Signal.of(Signal.of(name).toString())).isEqualTo(Signal.of(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SIG", "sigterm", "NOPE", "RTMIN+31", "RTMIN-1", "RTMAX+1", "15", "SIGSIGTERM"})
    void anUnknownNameIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Signal.of(name)).withMessageContaining("SIGTERM");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65})
    void aNumberOutOfRangeIsRefused(int number) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Signal(number));
    }
}
