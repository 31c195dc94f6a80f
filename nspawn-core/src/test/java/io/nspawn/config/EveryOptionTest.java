package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.net.MacvlanMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Files made with any of the options of their builders: read back they are equal, without a line that is not understood,
 * and every option is among them. What a builder refuses, it refuses as {@link AnyOptions} wants it.
 */
class EveryOptionTest {
    private static final Path FILE = Path.of("/etc/systemd/x");
    private static final int ATTEMPTS = 50;
    private static final Set<String> CALLED = new TreeSet<>();

    @AfterContainer
    static void everyOptionWasThere() {
        assertThat(CALLED)
                .containsAll(AnyOptions.of(
                        BridgeBuilder.class,
                        VethBuilder.class,
                        MacvlanBuilder.class,
                        VxlanBuilder.class,
                        VlanBuilder.class,
                        DummyBuilder.class,
                        Network.Builder.class,
                        NetworkAddress.class,
                        NetworkRoute.class,
                        BridgePort.class,
                        Dhcpv4Client.class,
                        DhcpServer.class,
                        LinkPolicy.Builder.class,
                        DropIn.Builder.class));
    }

    @Property(tries = 10_000)
    void netdevs(@ForAll long seed) {
        Random random = new Random(seed);
        Supplier<NetdevBuilder<?>> any = switch (random.nextInt(6)) {
            case 0 -> () -> Netdev.bridge("br0");
            case 1 -> () -> Netdev.veth("v0", "v1");
            case 2 -> () -> Netdev.macvlan("m0", random.nextBoolean() ? MacvlanMode.SOURCE : MacvlanMode.VEPA);
            case 3 -> () -> Netdev.vxlan("x0", 1 + random.nextInt(9));
            case 4 -> () -> Netdev.vlan("l0", random.nextInt(4095));
            default -> () -> Netdev.dummy("d0");
        };
        comesBack(random, 4, any, NetdevBuilder::build, Netdev::read);
    }

    @Property(tries = 10_000)
    void networks(@ForAll long seed) {
        Random random = new Random(seed);
        comesBack(random, 8, () -> Network.of("a*").address("10.9.0.1/16"), Network.Builder::build, Network::read);
    }

    @Property(tries = 10_000)
    void linkPolicies(@ForAll long seed) {
        comesBack(new Random(seed), 3, () -> LinkPolicy.of("a*"), LinkPolicy.Builder::build, LinkPolicy::read);
    }

    @Property(tries = 10_000)
    void dropIns(@ForAll long seed) {
        comesBack(new Random(seed), 5, DropIn::builder, DropIn.Builder::build, DropIn::read);
    }

    private static <B, T extends TypedFile> void comesBack(
            Random random,
            int each,
            Supplier<B> start,
            Function<B, T> build,
            BiFunction<Path, byte[], TypedDocument<T>> read) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            B builder = start.get();
            new AnyOptions(random, CALLED).on(builder, each);
            T file;
            try {
                file = build.apply(builder);
            } catch (InvalidFileException contradiction) {
                assertThat(contradiction.key() + contradiction.section()).isNotEmpty();
                assertThat(contradiction.remedy()).isNotEmpty();
                continue;
            }
            byte[] text = Provenance.stamp(file.content(), Map.of("Name", "x")).getBytes(StandardCharsets.UTF_8);
            TypedDocument<T> document = read.apply(FILE, text);
            assertThat(document.value()).isEqualTo(file);
            assertThat(document.unknown()).isEmpty();
            assertThat(document.with(file).bytes()).isEqualTo(text);
            return;
        }
        throw new AssertionError("nothing but contradictions");
    }
}
