package io.nspawn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SystemdVersionTest {
    @ParameterizedTest
    @CsvSource({
        "252.39-1~deb12u2, 252",
        "257.13-1~deb13u1, 257",
        "262~rc1, 262",
        "v255 (255.4-1), 255",
        "249, 249",
        "1000-1, 1000"
    })
    void theMajorNumberLeads(String text, int major) {
        SystemdVersion version = SystemdVersion.parse(text);

        assertThat(version.major()).isEqualTo(major);
        assertThat(version).hasToString(text);
        assertThat(version.atLeast(major)).isTrue();
        assertThat(version.atLeast(major + 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "systemd", "12", "25200", "rc252"})
    void whatIsNoVersionIsRefused(String text) {
        assertThatThrownBy(() -> SystemdVersion.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void versionsCompareByNumber() {
        assertThat(SystemdVersion.parse("99999".substring(0, 4)))
                .isGreaterThan(SystemdVersion.parse("257"))
                .isGreaterThan(SystemdVersion.parse("252.39"));
    }
}
