package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import jnr.constants.platform.OpenFlags;
import org.junit.jupiter.api.Test;

class FlagsTest {
    /** From asm-generic/fcntl.h and from arch/arm64/include/uapi/asm/fcntl.h of the kernel. */
    @Test
    void whatDiffersBetweenPlatformsIsTheirOwn() {
        assertThat(jnr.constants.platform.linux.aarch64.OpenFlags.O_DIRECTORY.intValue())
                .isEqualTo(0x4000);
        assertThat(jnr.constants.platform.linux.aarch64.OpenFlags.O_NOFOLLOW.intValue())
                .isEqualTo(0x8000);
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        assertThat(OpenFlags.O_DIRECTORY.intValue()).isEqualTo(arm ? 0x4000 : 0x10000);
        assertThat(Flags.NO_FOLLOW).isEqualTo(arm ? 0x8000 : 0x20000);
    }
}
