package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.InvalidNameException;
import io.nspawn.model.MachineName;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnitNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.service",
                "systemd-nspawn@foo-bar.service",
                "a@.service",
                "a@b@c.socket",
                "-.mount",
                "dev-a\\x20b.device",
                ".x.service",
                "x.y.slice"
            })
    void whatSystemdTakesIsAName(String name) {
        assertThat(UnitName.of(name).value()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                ".service",
                "a.",
                "a.Service",
                "a.conf",
                "@.service",
                "@a.service",
                "a b.service",
                "a/b.service",
                "a*.service",
                "ä.service",
                "a.service\n"
            })
    void whatSystemdDoesNotTakeIsRefused(String name) {
        assertThat(UnitName.isValid(name)).isFalse();
        assertThatThrownBy(() -> UnitName.of(name))
                .isInstanceOf(InvalidNameException.class)
                .hasMessageContaining('"' + name + '"');
    }

    @Test
    void aNameHas255BytesAtMost() {
        assertThat(UnitName.isValid("a".repeat(247) + ".service")).isTrue();
        assertThat(UnitName.isValid("a".repeat(248) + ".service")).isFalse();
    }

    @Test
    void aTemplateBecomesAnInstance() {
        UnitName template = UnitName.of("systemd-nspawn@.service");

        assertThat(template.isTemplate()).isTrue();
        assertThat(template.instance()).isEmpty();
        assertThat(template.template()).isEmpty();
        UnitName web = template.withInstance("web-1");
        assertThat(web).isEqualTo(UnitName.of(MachineName.of("web-1")));
        assertThat(web.isTemplate()).isFalse();
        assertThat(web.instance()).hasValue("web-1");
        assertThat(web.template()).hasValue(template);
        assertThat(web.prefix()).isEqualTo("systemd-nspawn");
        assertThat(web.type()).isEqualTo("service");
        assertThat(UnitName.of("a@b@c.socket").instance()).hasValue("b@c");
        assertThat(UnitName.of("a.service").instance()).isEmpty();
        assertThat(UnitName.of("a.service").isTemplate()).isFalse();
        assertThat(UnitName.of("a.b.service").prefix()).isEqualTo("a.b");
    }

    @Test
    void aTemplateTakesNoBadInstance() {
        UnitName template = UnitName.of("systemd-nspawn@.service");

        for (String bad : new String[] {"", "a b", "a/b", "a".repeat(250)}) {
            assertThatThrownBy(() -> template.withInstance(bad)).isInstanceOf(InvalidNameException.class);
        }
        assertThatThrownBy(() -> UnitName.of("a.service").withInstance("b")).isInstanceOf(IllegalStateException.class);
    }

    /** The manager matches with fnmatch(3), to which a backslash is no character of a name. */
    @Test
    void aPatternOfANameMatchesItAlone() {
        UnitName device = UnitName.of("sys-subsystem-net-devices-br\\x2dmgmt.device");

        assertThat(UnitPattern.exactly(device).value()).isEqualTo("sys-subsystem-net-devices-br\\\\x2dmgmt.device");
        assertThat(UnitPattern.instancesOf(UnitName.of("systemd-nspawn@.service"))
                        .value())
                .isEqualTo("systemd-nspawn@*.service");
        assertThat(FileSystems.getDefault()
                        .getPathMatcher("glob:" + UnitPattern.exactly(device))
                        .matches(Path.of(device.value())))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/*", "a\\", "a\\\\\\"})
    void whatNoNameMatchesIsNoPattern(String pattern) {
        assertThatThrownBy(() -> UnitPattern.of(pattern)).isInstanceOf(InvalidNameException.class);
    }

    @Test
    void patternsAreTakenAsTheyAre() {
        assertThat(UnitPattern.of("systemd-nspawn@[!a-c]?*.service").value())
                .isEqualTo("systemd-nspawn@[!a-c]?*.service");
        assertThat(UnitPattern.of("a\\\\").value()).isEqualTo("a\\\\");
    }
}
