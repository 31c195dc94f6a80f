package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.model.MachineName;
import io.nspawn.net.InterfaceName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class UnitNamesTest {
    @TestFactory
    Stream<DynamicTest> namesAreEscapedAsSystemdEscapesThem() throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("unit-and-objectpath.tsv"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text.lines()).hasSizeGreaterThan(3);
            return text.lines()
                    .map(line -> line.split("\t", -1))
                    .map(v -> DynamicTest.dynamicTest(v[1], () -> {
                        assertThat(UnitNames.escape(v[1])).isEqualTo(v[6]);
                        assertThat(MachineName.of(v[1]).unit()).isEqualTo(v[3]);
                    }));
        }
    }

    @Test
    void aNetworkDeviceHasAUnit() {
        assertThat(UnitNames.networkDevice(InterfaceName.of("br-mgmt")))
                .isEqualTo("sys-subsystem-net-devices-br\\x2dmgmt.device");
        assertThat(UnitNames.escape("dev/sda")).isEqualTo("dev-sda");
        assertThat(UnitNames.escape(".hidden")).isEqualTo("\\x2ehidden");
    }

    @Property
    void anEscapedNameTellsWhatItWas(@ForAll String text) {
        String wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        String escaped = UnitNames.escape(wellFormed);

        assertThat(escaped).matches("[A-Za-z0-9:_.\\\\-]*");
        assertThat(unescape(escaped)).isEqualTo(wellFormed);
    }

    private static String unescape(String escaped) {
        byte[] bytes = new byte[escaped.length()];
        int length = 0;
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '\\') {
                bytes[length++] = (byte) Integer.parseInt(escaped.substring(i + 2, i + 4), 16);
                i += 3;
            } else {
                bytes[length++] = (byte) (c == '-' ? '/' : c);
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
