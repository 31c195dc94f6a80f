package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Host;
import io.nspawn.host.Topology;
import io.nspawn.net.MacvlanMode;
import io.nspawn.testkit.lab.Lab;
import io.nspawn.testkit.lab.LabTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The files of each kind of network, without the links that were made live, as systemd-networkd finds them at a boot. A
 * lab that reboots keeps no network cards; BareHostRebootTest has the rest.
 */
@LabTest({"bookworm", "trixie"})
class NetworksAtBootTest {
    private static final String NETWORKD = "systemd-networkd.service";
    private static final int KERNEL_MAC = 257;

    private static final String CARD = "lt-boot-card";
    private static final String PORT = "lt-boot-port";

    /** Cards with a wire each, which a boot finds again. */
    @BeforeEach
    void plugIn() {
        for (String card : List.of(CARD, PORT)) {
            Command.run("ip", "link", "add", card, "up", "type", "veth", "peer", "name", wire(card));
            Command.run("ip", "link", "set", wire(card), "up");
        }
        Command.run("udevadm", "settle", "--timeout=60");
    }

    private static String wire(String card) {
        return card.replace("lt-boot-", "lt-wire-");
    }

    @AfterEach
    void stopNetworkd() {
        for (String card : List.of(CARD, PORT)) {
            Command.result("ip", "link", "delete", card);
        }
        Command.result("systemctl", "stop", "systemd-networkd.socket", NETWORKD);
    }

    /** As at a boot: the links are gone, and networkd starts with the files alone. The links of no container stand here. */
    @Test
    void networkdMakesTheSameLinksFromTheFiles() {
        Topology.Builder builder = Topology.builder()
                .bridge(
                        "br-lt-veth",
                        s -> s.host("172.29.20.1/22")
                                .host("fd00:20::1/64")
                                .mtu(1360)
                                .throughVeth())
                .bridge(
                        "br-lt-vepa",
                        s -> s.throughVeth().hostMacvlan("mv-lt-vepa").mode(MacvlanMode.VEPA))
                .given(CARD, s -> s.host("172.29.24.1/22").host("fd00:24::1/64").hostMacvlan("mv-lt-card"))
                .bridge("br-lt-port", s -> s.port(PORT).host("172.29.28.1/22").host("fd00:28::1/64"))
                .privateNetwork("br-lt-pri", "172.29.32.1/24", "fd00:32::1/64");
        List<String> names = new ArrayList<>(List.of(
                "br-lt-veth",
                "veth-lt-veth1",
                "veth-lt-veth2",
                "br-lt-vepa",
                "veth-lt-vepa1",
                "veth-lt-vepa2",
                "mv-lt-vepa",
                "mv-lt-card",
                "br-lt-port",
                "mv-lt-port",
                "br-lt-pri",
                "veth-lt-pri1",
                "veth-lt-pri2"));
        if (Lab.release().systemd() >= KERNEL_MAC) {
            builder.bridge(
                    "br-lt-boot",
                    s -> s.host("172.29.16.1/22").host("fd00:16::1/64").mtu(1380));
            names.addAll(List.of("br-lt-boot", "mv-lt-boot"));
        }
        Topology topology = builder.build();
        Command.run("systemctl", "start", NETWORKD);
        try (Host host = Host.local()) {
            compare(host, topology, names);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(journal(), e);
        }
    }

    private static void compare(Host host, Topology topology, List<String> names) {
        host.network().applyPersistently(topology);

        Await.until(
                "addresses that nobody else has",
                () -> Command.run("ip", "-6", "address", "show", "tentative").isBlank());
        Map<String, String> live = described(names);
        Command.run("systemctl", "stop", "systemd-networkd.socket", NETWORKD);
        names.forEach(name -> Command.result("ip", "link", "delete", name));
        assertThat(described(names).values()).containsOnly("missing");

        Command.run("systemctl", "start", NETWORKD);
        try {
            Await.until("links as they were", () -> described(names).equals(live));
        } catch (AssertionError e) {
            throw new AssertionError(live + " became " + described(names), e);
        }
        assertThat(host.network().planPersistently(topology).toString()).isEqualTo("nothing to do");

        host.network().remove(topology);
        assertThat(described(names).values()).containsOnly("missing");
    }

    /** Kind, group, MTU, bridge, lower, mode and addresses of each link, as ip says, without what differs by chance. */
    private static Map<String, String> described(List<String> names) {
        Map<String, String> all = new TreeMap<>();
        for (String name : names) {
            Command.Result link = Command.result("ip", "-d", "link", "show", "dev", name);
            if (link.status() != 0) {
                all.put(name, "missing");
                continue;
            }
            StringBuilder text = new StringBuilder();
            List<String> words = List.of(link.output().split("\\s+", -1));
            for (String key : List.of("mtu", "master", "group", "mode")) {
                int at = words.indexOf(key);
                text.append(at < 0 ? "" : key + " " + words.get(at + 1) + " ");
            }
            text.append(words.get(1)).append(link.output().contains(",UP") ? " up" : " down");
            Command.run("ip", "-o", "address", "show", "dev", name, "scope", "global")
                    .lines()
                    .filter(line -> !line.contains("tentative"))
                    .map(line -> " " + line.strip().split("\\s+", -1)[3])
                    .sorted()
                    .forEach(text::append);
            all.put(name, text.toString());
        }
        return all;
    }

    private static String journal() {
        return Command.result("journalctl", "--no-pager", "-n", "40", "-u", NETWORKD)
                .output();
    }
}
