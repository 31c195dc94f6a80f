package io.nspawn.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.local.MountTable.Mount;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountTableTest {
    private static final String TEXT = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            40 22 0:37 / /var/lib/machines rw,noatime - tmpfs none rw
            41 40 0:38 /a /var/lib/machines rw,noatime shared:7 master:2 - btrfs /dev/loop3 rw,space_cache=v2
            42 22 0:39 / /srv/with\\040blank\\134and\\303\\244 rw - ext4 /dev/mapper/v\\040g rw
            """;

    @Test
    void theLastMountAtAPlaceIsTheOneSeen() {
        assertThat(MountTable.parse(TEXT).at(Path.of("/var/lib/machines")))
                .contains(new Mount(Path.of("/var/lib/machines"), "btrfs", "/dev/loop3"));
    }

    @Test
    void whatIsNoMountPointHasNoMount() {
        assertThat(MountTable.parse(TEXT).at(Path.of("/var/lib"))).isEmpty();
    }

    @Test
    void escapedCharactersAreRead() {
        assertThat(MountTable.parse(TEXT).at(Path.of("/srv/with blank\\andä")))
                .contains(new Mount(Path.of("/srv/with blank\\andä"), "ext4", "/dev/mapper/v g"));
    }

    @Test
    void theMountsOfThisMachineAreRead() {
        assertThat(MountTable.read().at(Path.of("/proc")))
                .get()
                .matches(mount -> mount.type().equals("proc"));
    }
}
