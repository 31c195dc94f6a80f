package io.nspawn.examples.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PictureTest {
    @Test
    void thePictureInTheReadmeIsWhatIsDrawn() throws IOException {
        assertThat(Files.readString(Path.of("../docs/all-in-one.svg"))).isEqualTo(Picture.svg());
    }
}
