package io.nspawn.config.nspawn;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.config.SystemdFile;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is written for a version is read back equal by that version, without a warning. */
class SettingsRoundTripTest {
    private static final int TRIES = 3400;

    @Property(tries = TRIES)
    void in252(@ForAll("of252") NspawnSettings settings) {
        comesBack(settings, 252);
    }

    @Property(tries = TRIES)
    void in257(@ForAll("of257") NspawnSettings settings) {
        comesBack(settings, 257);
    }

    @Property(tries = TRIES)
    void in262(@ForAll("of262") NspawnSettings settings) {
        comesBack(settings, 262);
    }

    @Provide
    Arbitrary<NspawnSettings> of252() {
        return SettingsArbitraries.forVersion(252);
    }

    @Provide
    Arbitrary<NspawnSettings> of257() {
        return SettingsArbitraries.forVersion(257);
    }

    @Provide
    Arbitrary<NspawnSettings> of262() {
        return SettingsArbitraries.forVersion(262);
    }

    private static void comesBack(NspawnSettings settings, int version) {
        SystemdFile file = SettingsWriter.forVersion(version).write(settings);

        SettingsReading reading = SettingsReader.forVersion(version).read(file.text());

        assertThat(reading.diagnostics()).as(file.text()).isEmpty();
        assertThat(reading.settings()).as(file.text()).hasValue(settings);
    }
}
