package io.nspawn.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class SignaturesTest {
    @Test
    void aBtrfsAloneIsABtrfs() {
        assertThat(Signatures.found("DEVNAME=/dev/loop1\nUUID=049e8fd3-dd7f-4a1a-b191-88072b2912d4\nTYPE=btrfs\n"))
                .isEqualTo(new Signatures.Btrfs(UUID.fromString("049e8fd3-dd7f-4a1a-b191-88072b2912d4")));
    }

    @Test
    void aBtrfsWithAPartitionTableIsNot() {
        assertThat(Signatures.found("UUID=049e8fd3-dd7f-4a1a-b191-88072b2912d4\nTYPE=btrfs\nPTTYPE=gpt\n"))
                .isEqualTo(new Signatures.Other("a partition table of type gpt"));
    }

    @Test
    void anythingElseIsNamed() {
        assertThat(Signatures.found("DEVNAME=/dev/loop1\nTYPE=ext4\nUSAGE=filesystem\n"))
                .isEqualTo(new Signatures.Other("a signature of type ext4"));
        assertThat(Signatures.found("DEVNAME=/dev/loop1\nPTUUID=1\n")).isInstanceOf(Signatures.Other.class);
    }
}
