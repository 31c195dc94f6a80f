package io.nspawn.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A lab as a field of a test class. */
@Tag("lab")
class LabExtensionTest {
    @RegisterExtension
    static LabHost lab = LabHost.debian("trixie");

    @Test
    void isStarted() {
        assertThat(lab.exec("hostname").orThrow().stdout()).isEqualTo("lab\n");
        assertThat(lab.id()).startsWith("nspawn-lab-trixie-");
    }

    @Test
    void cannotBeChangedAnyMore() {
        assertThatThrownBy(() -> lab.start()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFailedCommandThrowsWhatItSaid() {
        assertThatThrownBy(() -> lab.exec("ls", "/nowhere").orThrow())
                .isInstanceOf(LabException.class)
                .hasMessageContaining("/nowhere");
    }

    @Nested
    class Deeper {
        @Test
        void isTheSameLab() {
            assertThat(lab.exec("true").exitCode()).isZero();
        }
    }
}
