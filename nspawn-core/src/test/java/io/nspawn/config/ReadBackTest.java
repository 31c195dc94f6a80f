package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.config.Provenance.Origin;
import io.nspawn.model.Size;
import io.nspawn.net.MacvlanMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is written, with its header and with any text, is read back equal; {@link EveryOptionTest} has every option. */
class ReadBackTest {
    private static final Path FILE = Path.of("/etc/systemd/network/x.network");

    private static final List<BiConsumer<BridgeBuilder, Random>> BRIDGE = List.of(
            (b, r) -> b.stp(r.nextBoolean()),
            (b, r) -> b.priority(r.nextInt(65536)),
            (b, r) -> b.helloTime(Duration.ofSeconds(1 + r.nextInt(10))),
            (b, r) -> b.maxAge(Duration.ofSeconds(6 + r.nextInt(35))),
            (b, r) -> b.forwardDelay(Duration.ofSeconds(2 + r.nextInt(29))),
            (b, r) -> b.ageingTime(Duration.ofMillis(r.nextInt(1_000_000))),
            (b, r) -> b.groupForwardMask(r.nextInt(8192) << 3),
            (b, r) -> b.defaultPvid(1 + r.nextInt(4094)),
            (b, r) -> b.withoutDefaultPvid(),
            (b, r) -> b.vlanProtocol(r.nextBoolean() ? "802.1q" : "802.1ad"),
            (b, r) -> b.multicastIgmpVersion(2 + r.nextInt(2)),
            (b, r) -> b.fdbMaxLearned(r.nextInt(Integer.MAX_VALUE)),
            (b, r) -> b.mtu(68 + r.nextInt(60000)),
            (b, r) -> b.mac(mac(r)),
            (b, r) -> b.kernelMac());

    private static final List<BiConsumer<VxlanBuilder, Random>> VXLAN = List.of(
            (b, r) -> b.remote(address(r)),
            (b, r) -> b.localOfKind("dhcp4"),
            (b, r) -> b.tos(r.nextInt(256)),
            (b, r) -> b.ttl(r.nextInt(256)),
            (b, r) -> b.inheritTtl(),
            (b, r) -> b.macLearning(r.nextBoolean()),
            (b, r) -> b.fdbAgeing(Duration.ofSeconds(r.nextInt(100_000))),
            (b, r) -> b.maximumFdbEntries(r.nextInt(Integer.MAX_VALUE)),
            (b, r) -> b.destinationPort(1 + r.nextInt(65535)),
            (b, r) -> b.sourcePorts(1000, 1001 + r.nextInt(64000)),
            (b, r) -> b.flowLabel(r.nextInt(1 << 20)),
            (b, r) -> b.independent());

    private static final List<BiConsumer<Network.Builder, Random>> NETWORK = List.of(
            (b, r) -> b.mac(mac(r)),
            (b, r) -> b.mtu(1280 + r.nextInt(60000)),
            (b, r) -> b.requiredForOnline(r.nextBoolean()),
            (b, r) -> b.gateway(address(r)),
            (b, r) -> b.dns(address(r)),
            (b, r) -> b.ntp("ntp" + r.nextInt(10) + ".example"),
            (b, r) -> b.domains("~.", "a" + r.nextInt(10) + ".example"),
            (b, r) -> b.dhcp(r.nextBoolean()),
            (b, r) -> b.linkLocal("ipv6"),
            (b, r) -> b.masquerade("both"),
            (b, r) -> b.bridge("br" + r.nextInt(100)),
            (b, r) -> b.macvlan("mv" + r.nextInt(100)),
            (b, r) -> b.address(
                    "fd00::" + Integer.toHexString(1 + r.nextInt(65535)) + "/64", a -> a.routeMetric(r.nextInt(9))),
            (b, r) -> b.route(
                    address(r) + "/" + r.nextInt(33),
                    route -> route.gateway(address(r)).onLink()),
            (b, r) -> b.bridgePort(p -> p.priority(r.nextInt(64)).vlans(1 + r.nextInt(4094))),
            (b, r) -> b.dhcpv4(c -> c.routeMetric(r.nextInt(1000)).useMtu(true)));

    @Property(tries = 1000)
    void netdevs(@ForAll("seeds") long seed, @ForAll MacvlanMode mode, @ForAll("texts") String description) {
        Random random = new Random(seed);
        BridgeBuilder bridge = applied(BRIDGE, Netdev.bridge("br0"), random).description(description);
        VxlanBuilder vxlan = applied(VXLAN, Netdev.vxlan("vx0", 1 + random.nextInt(1000)), random);
        MacvlanBuilder macvlan = Netdev.macvlan("mv0", mode).description(description);
        VlanBuilder vlan = Netdev.vlan("vl0", random.nextInt(4095)).ingressQos(7, 1 + random.nextInt(7));

        for (NetdevBuilder<?> builder : List.of(bridge, vxlan, macvlan, vlan)) {
            Netdev netdev = builder.build();
            assertThat(new Netdev(readBack(netdev.content()))).isEqualTo(netdev);
            TypedDocument<Netdev> read = Netdev.read(FILE, stamped(netdev.content()));
            assertThat(read.value()).isEqualTo(netdev);
            assertThat(read.unknown()).isEmpty();
        }
    }

    @Property(tries = 1000)
    void networks(@ForAll("seeds") long seed, @ForAll("texts") String description) {
        Network network = applied(NETWORK, Network.of("a*", "b?"), new Random(seed))
                .description(description)
                .build();

        assertThat(new Network(readBack(network.content()))).isEqualTo(network);
        TypedDocument<Network> read = Network.read(FILE, stamped(network.content()));
        assertThat(read.value()).isEqualTo(network);
        assertThat(read.unknown()).isEmpty();
    }

    /** One network becomes another in a file that also holds what this library does not know. */
    @Property(tries = 10_000)
    void changedNetworks(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        Network before = applied(NETWORK, Network.of("a*"), random).build();
        Network after = applied(NETWORK, Network.of("a*"), random).build();
        String strange = "# kept\n[Lost]\nKey=1\n; kept too\n";
        String text = strange + before.content().text() + "# last\n[Match]\nNovel=2\n";

        TypedDocument<Network> changed =
                Network.read(FILE, text.getBytes(StandardCharsets.UTF_8)).with(after);

        assertThat(meaning(changed.value())).isEqualTo(meaning(after));
        assertThat(changed.text()).startsWith(strange).contains("# last\n[Match]\nNovel=2\n");
        assertThat(changed.with(after).text()).isEqualTo(changed.text());
    }

    /** What a file says, without the order of sections and of different keys, which says nothing. */
    private static Map<String, List<String>> meaning(Network network) {
        Map<String, List<String>> meaning = new TreeMap<>();
        for (SystemdFile.Section section : network.content().sections()) {
            if (TypedFileReader.REPEATABLE.contains(section.name())) {
                List<String> lines = section.entries().stream()
                        .map(SystemdFile.Entry::toString)
                        .sorted()
                        .toList();
                meaning.computeIfAbsent(section.name(), n -> new ArrayList<>()).add(lines.toString());
            } else {
                section.entries()
                        .forEach(e -> meaning.computeIfAbsent(section.name() + "." + e.key(), n -> new ArrayList<>())
                                .add(e.value()));
            }
        }
        TypedFileReader.REPEATABLE.forEach(
                name -> meaning.getOrDefault(name, new ArrayList<>()).sort(null));
        return meaning;
    }

    @Property(tries = 1000)
    void linkPolicies(@ForAll("texts") String description) {
        LinkPolicy policy =
                LinkPolicy.of("a*").macPolicy("none").description(description).build();

        assertThat(new LinkPolicy(readBack(policy.content()))).isEqualTo(policy);
        assertThat(LinkPolicy.read(FILE, stamped(policy.content())).value()).isEqualTo(policy);
    }

    @Property(tries = 1000)
    void dropIns(@ForAll("words") String text, @ForAll("seeds") long seed) {
        Path path = Path.of("/dev/" + text.replace("/", "").replace("\t", "").replaceAll("^\\.+", ""))
                .normalize();
        Random random = new Random(seed);
        DropIn dropIn = DropIn.builder()
                .requiresMountsFor(path)
                .deviceAllow(path, "rw")
                .ioReadBandwidthMax(path, Size.ofBytes(1 + random.nextInt(1000)))
                .environment("A", text)
                .allowedCpus(random.ints(1 + random.nextInt(20), 0, 64).toArray())
                .build();

        assertThat(new DropIn(readBack(dropIn.content()))).isEqualTo(dropIn);
        assertThat(Splitters.unitWord(
                        dropIn.content().value("Unit", "RequiresMountsFor").orElseThrow()))
                .isEqualTo(path.toString());
        String environment = dropIn.content().value("Service", "Environment").orElseThrow();
        assertThat(Splitters.unitWord(environment.replace("\\t", "\t"))).isEqualTo("A=" + text);
    }

    private static byte[] stamped(SystemdFile content) {
        return Provenance.stamp(content, Map.of("Name", "x")).getBytes(StandardCharsets.UTF_8);
    }

    private static SystemdFile readBack(SystemdFile content) {
        String text = Provenance.stamp(content, Map.of("Name", "x"));
        assertThat(Provenance.origin(text)).isEqualTo(new Origin.Ours(Map.of("Name", "x")));
        return SystemdFileLexer.read(text);
    }

    private static <B> B applied(List<BiConsumer<B, Random>> options, B builder, Random random) {
        options.stream().filter(option -> random.nextInt(3) == 0).forEach(option -> option.accept(builder, random));
        return builder;
    }

    private static String address(Random random) {
        return "10." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256);
    }

    private static String mac(Random random) {
        return "02:00:00:00:00:" + (10 + random.nextInt(90));
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs();
    }

    /** What a description keeps: something, and no blanks at its ends. */
    @Provide
    Arbitrary<String> texts() {
        return Texts.value().filter(text -> !text.isEmpty());
    }

    /** What a path and a variable keep; a backslash before t would be taken for the tab that the check looks for. */
    @Provide
    Arbitrary<String> words() {
        return Texts.line()
                .map(text -> text.codePoints()
                        .filter(c -> (c >= ' ' || c == '\t') && c != 0x7f)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString())
                .map(text -> text.replace("\\t", "t"));
    }
}
