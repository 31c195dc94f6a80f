package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountUnitTest {
    /** As systemd-escape --path --suffix=mount makes them. */
    @ParameterizedTest
    @CsvSource({
        "/var/lib/machines, var-lib-machines.mount",
        "/var/lib/machines/, var-lib-machines.mount",
        "/srv/my-pool, srv-my\\x2dpool.mount",
        "/srv/a pool, srv-a\\x20pool.mount",
        "/.hidden/x, \\x2ehidden-x.mount",
        "/a/.b, a-.b.mount",
        "/, -.mount"
    })
    void theNameIsThatOfTheMountPoint(String where, String name) {
        assertThat(MountUnit.name(Path.of(where))).isEqualTo(name);
    }

    @Test
    void aRelativeMountPointIsRefused() {
        assertThatThrownBy(() -> MountUnit.name(Path.of("var/lib"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theUnitIsMountedAtEachBoot() {
        SystemdFile unit = MountUnit.btrfs(
                "Pool", Path.of("/srv/100%.raw"), Path.of("/var/lib/machines"), List.of("loop", "noatime"));

        assertThat(unit.values("Mount", "What")).containsExactly("/srv/100%%.raw");
        assertThat(unit.values("Mount", "Where")).containsExactly("/var/lib/machines");
        assertThat(unit.values("Mount", "Type")).containsExactly("btrfs");
        assertThat(unit.values("Mount", "Options")).containsExactly("loop,noatime");
        assertThat(unit.values("Install", "WantedBy")).containsExactly("local-fs.target");
    }
}
