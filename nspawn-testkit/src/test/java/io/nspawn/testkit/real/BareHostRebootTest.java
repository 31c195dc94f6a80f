package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.testkit.lab.LabHost;
import io.nspawn.testkit.lab.LabRelease;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host that one value has set up boots again: pool, networks and containers are there without anybody's help. */
@Tag("lab")
class BareHostRebootTest {
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    @ParameterizedTest
    @EnumSource(LabRelease.class)
    void everythingComesBack(LabRelease release) {
        try (LabHost lab = LabHost.of(release).bare()) {
            Assumptions.assumeTrue(lab.missing().isEmpty(), () -> "missing: " + String.join("; ", lab.missing()));
            lab.start();
            assertThat(run(lab, "setup"))
                    .contains("make a pool of 2.0G in a file")
                    .contains("import image " + release.baseImage())
                    .contains("make bridge " + BareHost.BRIDGE);

            lab.reboot(DEADLINE);

            assertThat(run(lab, "rebooted")).isEmpty();
            assertThat(lab.exec("findmnt", "-no", "OPTIONS", "--mountpoint", "/var/lib/machines")
                            .orThrow()
                            .stdout())
                    .contains("noatime");
        }
    }

    private static String run(LabHost lab, String verb) {
        String image = lab.release().baseImage();
        return lab.java(
                        SetupMain.class.getName(),
                        verb,
                        image,
                        LabHost.IMAGES.resolve(image).toString())
                .deadline(DEADLINE)
                .run()
                .orThrow()
                .stdout();
    }
}
