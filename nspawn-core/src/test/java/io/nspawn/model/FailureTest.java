package io.nspawn.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 ms",
        "PT0.25S, 250 ms",
        "PT0.0009S, 0 ms",
        "PT0.9999S, 999 ms",
        "PT1S, 1 s",
        "PT1.5S, 1.5 s",
        "PT10S, 10 s",
        "PT59.9999S, 59.999 s",
        "PT1M, 1 min",
        "PT2M30S, 2 min 30 s",
        "PT10M0.05S, 10 min 0.05 s",
        "PT1H, 1 h",
        "PT1H0M1S, 1 h 1 s",
        "P1DT6H, 30 h"
    })
    void aLengthOfTimeIsReadAtOnce(Duration time, String words) {
        assertThat(Failure.span(time)).isEqualTo(words);
    }
}
