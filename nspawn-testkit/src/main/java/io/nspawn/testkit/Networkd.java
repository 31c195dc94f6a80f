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

    /** Reads its files and sets up all interfaces by them; returns whether there is a networkd. */
    static boolean run(FakeRoot root, FakeContainer container) {
        if (!container.boots() || !root.tree().nodes().containsKey(FakeImage.NETWORKD_ENABLED)) {
            return false;
        }
        container.networkFiles().clear();
        root.tree().list(DIRECTORY).stream()
                .filter(name -> name.endsWith(".network"))
                .sorted()
                .flatMap(name -> root.text(DIRECTORY + "/" + name).stream())
                .forEach(container.networkFiles()::add);
        setUp(container);
        return true;
    }

    /** Sets up all interfaces by the files as they were when it read them. */
    static void setUp(FakeContainer container) {
        for (FakeNic nic : container.nics()) {
            if (nic.name().equals(NspawnNames.containerVeth())
                    && match(container, nic).isEmpty()) {
                // 80-container-host0.network, which systemd brings along.
                nic.setUp(Optional.empty(), List.of());
            }
            match(container, nic).ifPresent(file -> {
                Optional<MacAddress> mac = file.last("Link", "MACAddress").map(MacAddress::parse);
                List<Prefix> addresses = file.values("Network", "Address").stream()
                        .map(Prefix::parse)
                        .toList();
                nic.setUp(mac, addresses);
            });
        }
    }

    private static Optional<IniText> match(FakeContainer container, FakeNic nic) {
        return container.networkFiles().stream()
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
