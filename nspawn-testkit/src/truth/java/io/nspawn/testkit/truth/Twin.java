package io.nspawn.testkit.truth;

import io.nspawn.spi.HostPorts;
import io.nspawn.testkit.FakeHost;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What the fake is told of the real host, so that it can be its like.
 *
 * @param systemd the version of systemd
 * @param machineId the host's, on which MACs depend
 * @param udev whether it runs, which decides what units wait for
 * @param image the image that both have
 */
public record Twin(String systemd, String machineId, boolean udev, String image) {
    private static final String UDEV = "/run/udev/control";

    /** Asks a real host. */
    public static Twin of(HostPorts ports, String image) {
        byte[] id = ports.files().read(Path.of("/etc/machine-id")).orElseThrow();
        return new Twin(
                ports.machines().version().toString(),
                new String(id, StandardCharsets.UTF_8),
                ports.files().exists(Path.of(UDEV)),
                image);
    }

    /** A fresh fake that is as the real host was. */
    FakeHost fake() {
        FakeHost host = FakeHost.withImages(image);
        host.setSystemd(systemd);
        if (!udev) {
            host.deleteFile(UDEV);
        }
        return host.addFile("/etc/machine-id", machineId);
    }
}
