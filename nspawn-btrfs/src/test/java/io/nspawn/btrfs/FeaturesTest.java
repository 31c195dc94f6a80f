package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.btrfs.Features.Feature;
import org.junit.jupiter.api.Test;

class FeaturesTest {
    @Test
    void knownOnesAreNamedAndOthersNumbered() {
        Features features = new Features(0, 1L | 1L << 40, 1L << 8 | 1L << 9 | 1L << 63);

        assertThat(features.known())
                .containsExactly(Feature.FREE_SPACE_TREE, Feature.SKINNY_METADATA, Feature.NO_HOLES);
        assertThat(features)
                .hasToString("Features[FREE_SPACE_TREE, SKINNY_METADATA, NO_HOLES] read-only compatible 0x10000000000"
                        + " incompatible 0x8000000000000000");
        assertThat(new Features(2, 0, 0)).hasToString("Features[] compatible 0x2");
    }
}
