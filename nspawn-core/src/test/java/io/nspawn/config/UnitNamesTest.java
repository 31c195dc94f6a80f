package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.InvalidNameException;
import io.nspawn.model.MachineName;
import io.nspawn.net.InterfaceName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
                        UnitName unit = UnitName.of(MachineName.of(v[1]));
                        assertThat(unit.value()).isEqualTo(v[3]);
                        assertThat(ObjectPaths.of(unit)).isEqualTo("/org/freedesktop/systemd1/unit/" + v[4]);
                        assertThat(ObjectPaths.unit(ObjectPaths.of(unit))).hasValue(unit);
                        assertThat(ObjectPaths.of(MachineName.of(v[1])))
                                .isEqualTo("/org/freedesktop/machine1/machine/" + v[5]);
                        assertThat(ObjectPaths.unescape(v[5])).isEqualTo(v[1]);
                        assertThat(UnitNames.unescape(v[6])).isEqualTo(v[1]);
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
    void anEscapedNameTellsWhatItWas(@ForAll("texts") String text) {
        String escaped = UnitNames.escape(text);

        assertThat(escaped).matches("[A-Za-z0-9:_.\\\\-]*");
        assertThat(UnitNames.unescape(escaped)).isEqualTo(text);
    }

    @Property
    void anEscapedPathTellsWhatItWas(@ForAll("texts") String text) {
        String path = Path.of("/" + text).normalize().toString();

        assertThat(UnitNames.unescapePath(UnitNames.escapePath(path))).isEqualTo(path);
    }

    /** Any characters of valid UTF-8 but NUL, which no name of a file or unit holds. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .map(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .map(text -> text.replace("\0", ""));
    }

    @Test
    void pathsAreSimplifiedBeforeTheyAreEscaped() {
        assertThat(UnitNames.escapePath("/")).isEqualTo("-");
        assertThat(UnitNames.escapePath("//")).isEqualTo("-");
        assertThat(UnitNames.escapePath("/a//b/")).isEqualTo("a-b");
        assertThat(UnitNames.escapePath("/./a/./b")).isEqualTo("a-b");
        assertThat(UnitNames.escapePath("/a/.")).isEqualTo("a");
        assertThat(UnitNames.escapePath("a/b")).isEqualTo("a-b");
        assertThat(UnitNames.escapePath("/.x")).isEqualTo("\\x2ex");
        assertThat(UnitNames.escapePath("/-")).isEqualTo("\\x2d");
        assertThat(UnitNames.unescapePath("-")).isEqualTo("/");
        assertThat(UnitNames.unescapePath("a-b")).isEqualTo("/a/b");
        assertThat(UnitNames.unescapePath("\\x2d")).isEqualTo("/-");
        assertThat(UnitNames.mount("/srv/a b")).isEqualTo(UnitName.of("srv-a\\x20b.mount"));
        assertThat(UnitNames.device("/dev/mapper/x")).isEqualTo(UnitName.of("dev-mapper-x.device"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "./", "..", "/a/../b", "/.."})
    void whatIsNoPathIsNotEscaped(String path) {
        assertThatThrownBy(() -> UnitNames.escapePath(path)).isInstanceOf(InvalidNameException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\x2", "\\y", "\\", "a\\x2", "\\xzz", "\\x\u0661\u0661", "x\\x00y", "\\xff", "\u00e4"})
    void whatIsNotEscapedIsNotUnescaped(String escaped) {
        assertThatThrownBy(() -> UnitNames.unescape(escaped))
                .isInstanceOf(InvalidNameException.class)
                .hasMessageContaining(escaped);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "a--b", "a-..", "..", ".", "a-.-b"})
    void whatCameFromNoPathIsNotTakenForOne(String escaped) {
        assertThatThrownBy(() -> UnitNames.unescapePath(escaped)).isInstanceOf(InvalidNameException.class);
    }

    @Test
    void aPathTooLongForAUnitIsRefused() {
        String path = "/" + "a".repeat(249);

        assertThat(UnitNames.mount(path).value()).hasSize(255);
        assertThatThrownBy(() -> UnitNames.mount(path + "a"))
                .isInstanceOf(InvalidNameException.class)
                .hasMessageContaining("256");
    }
}
