package io.nspawn.dbus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitPathTest {

    /** As {@code systemctl show -p Id} and busctl tree name them on a real host. */
    @ParameterizedTest
    @CsvSource({
        "dbus.service, dbus_2eservice",
        "systemd-nspawn@web1.service, systemd_2dnspawn_40web1_2eservice",
        "-.mount, _2d_2emount",
        "0a.service, _30a_2eservice",
        "'', _",
        "ü.service, _c3_bc_2eservice",
    })
    void namesAreEscapedAsSystemdDoes(String unit, String label) {
        assertThat(UnitPath.of(unit)).isEqualTo("/org/freedesktop/systemd1/unit/" + label);
    }
}
