package io.nspawn.testkit;

import io.nspawn.net.MacAddress;
import io.nspawn.net.NspawnNames;
import io.nspawn.net.Prefix;
import io.nspawn.testkit.FakeContainer.FakeNic;
import java.util.List;
import java.util.Optional;

/** What systemd-networkd does inside a container that boots: for each interface the first file that matches it. */
final class Networkd {
    private static final String DIRECTORY = "etc/systemd/network";

    private Networkd() {}

    static void run(FakeRoot root, FakeContainer container) {
        if (!root.tree().nodes().containsKey(FakeImage.NETWORKD_ENABLED)) {
            return;
        }
        for (FakeNic nic : container.nics()) {
            if (nic.name().equals(NspawnNames.containerVeth())
                    && match(root, nic).isEmpty()) {
                // 80-container-host0.network, which systemd brings along.
                nic.setUp(Optional.empty(), List.of());
            }
            match(root, nic).ifPresent(file -> {
                Optional<MacAddress> mac = file.last("Link", "MACAddress").map(MacAddress::parse);
                List<Prefix> addresses = file.values("Network", "Address").stream()
                        .map(Prefix::parse)
                        .toList();
                nic.setUp(mac, addresses);
            });
        }
    }

    private static Optional<IniText> match(FakeRoot root, FakeNic nic) {
        return root.tree().list(DIRECTORY).stream()
                .filter(name -> name.endsWith(".network"))
                .sorted()
                .flatMap(name -> root.text(DIRECTORY + "/" + name).stream())
                .map(IniText::new)
                .filter(file -> file.words("Match", "Name").stream()
                        .anyMatch(n -> matches(n, nic.name().value())))
                .findFirst();
    }

    private static boolean matches(String pattern, String name) {
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }
}
