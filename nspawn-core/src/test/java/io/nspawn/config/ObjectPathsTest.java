package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.ImageName;
import io.nspawn.model.InvalidNameException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ObjectPathsTest {
    @Property
    void aLabelTellsWhatItWas(@ForAll String text) {
        String wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        String label = ObjectPaths.escape(wellFormed);

        assertThat(label).matches("[A-Za-z_][A-Za-z0-9_]*");
        assertThat(ObjectPaths.unescape(label)).isEqualTo(wellFormed);
    }

    @Test
    void nothingAndADigitAtTheStartAreEscaped() {
        assertThat(ObjectPaths.escape("")).isEqualTo("_");
        assertThat(ObjectPaths.escape("1a1")).isEqualTo("_31a1");
        assertThat(ObjectPaths.escape("a_b")).isEqualTo("a_5fb");
        assertThat(ObjectPaths.of(ImageName.of("debian-12"))).isEqualTo("/org/freedesktop/machine1/image/debian_2d12");
        assertThat(ObjectPaths.image("/org/freedesktop/machine1/image/debian_2d12"))
                .hasValue("debian-12");
        assertThat(ObjectPaths.machine("/org/freedesktop/machine1/machine/_31")).hasValue("1");
    }

    @Test
    void anUnderscoreWithoutDigitsStandsForItself() {
        assertThat(ObjectPaths.unescape("a_zz")).isEqualTo("a_zz");
        assertThat(ObjectPaths.unescape("a_2")).isEqualTo("a_2");
        assertThat(ObjectPaths.unescape("a_")).isEqualTo("a_");
        assertThat(ObjectPaths.unescape("a_2E")).isEqualTo("a.");
    }

    @Test
    void whatIsNoLabelIsRefused() {
        for (String bad : new String[] {"", "a.b", "a/b", "ä", "_ff"}) {
            assertThatThrownBy(() -> ObjectPaths.unescape(bad)).isInstanceOf(InvalidNameException.class);
        }
    }

    @Test
    void anotherPathHasNoUnit() {
        assertThat(ObjectPaths.unit("/org/freedesktop/systemd1")).isEmpty();
        assertThat(ObjectPaths.unit("/org/freedesktop/systemd1/unit/")).isEmpty();
        assertThat(ObjectPaths.unit("/org/freedesktop/systemd1/unit/a/b")).isEmpty();
        assertThat(ObjectPaths.unit("/org/freedesktop/systemd1/unit/nothing")).isEmpty();
        assertThat(ObjectPaths.machine("/org/freedesktop/machine1/image/a")).isEmpty();
    }
}
