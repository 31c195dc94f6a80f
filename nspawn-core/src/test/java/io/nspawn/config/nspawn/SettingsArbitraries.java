package io.nspawn.config.nspawn;

import io.nspawn.config.nspawn.NetworkMode.Link;
import io.nspawn.config.nspawn.NetworkMode.Uplink;
import io.nspawn.net.InterfaceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Settings that the builder accepts, with everything in them now and then. */
final class SettingsArbitraries {
    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "two words",
            "it's",
            "say \"hi\"",
            "'\"'",
            "back\\slash",
            "\\",
            "\\\\",
            "$HOME",
            "%i",
            "#c",
            ";d",
            "a:b",
            "~",
            "\u00e4\u20ac\ud83d\ude00",
            "\t",
            " lead",
            "trail ",
            "[Files]",
            "x=y",
            "\f",
            "\u00a0");

    private static final List<String> PATHS = List.of(
            "/",
            "/a",
            "/a b",
            "/a:b",
            "/back\\slash",
            "/srv/%i",
            "/\u00e4",
            "/a/b/c",
            "/~",
            "/quo\"te",
            "/a,b",
            "/=",
            "/a ");

    private static final List<String> LINKS = List.of(
            "eth0",
            "br-mgmt",
            "a",
            "br-storage-net",
            "exactly15bytes_",
            "x\"y",
            "it's",
            "a\\b",
            "wlan0.100",
            "#x",
            "~y");

    private final Random random;
    private final int version;
    private boolean mapped;

    private SettingsArbitraries(Random random, int version) {
        this.random = random;
        this.version = version;
    }

    /** Settings for a version, from a seed. */
    static Arbitrary<NspawnSettings> forVersion(int version) {
        return Arbitraries.randomValue(random -> new SettingsArbitraries(random, version).settings());
    }

    private NspawnSettings settings() {
        SettingsBuilder builder = SettingsBuilder.forVersion(version);
        start(builder);
        users(builder);
        maybe(() -> builder.network(network()));
        exec(builder);
        limits(builder);
        files(builder);
        return builder.build();
    }

    private void maybe(Runnable part) {
        if (random.nextInt(3) == 0) {
            part.run();
        }
    }

    private <T> T pick(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private <E extends Enum<E>> E pick(Class<E> type) {
        E[] constants = type.getEnumConstants();
        return constants[random.nextInt(constants.length)];
    }

    private <T> List<T> list(int max, Supplier<T> element) {
        return IntStream.range(0, random.nextInt(max + 1))
                .mapToObj(i -> element.get())
                .toList();
    }

    private void start(SettingsBuilder builder) {
        List<String> words = new ArrayList<>(list(4, () -> pick(TEXTS)));
        switch (random.nextInt(4)) {
            case 0 -> builder.boots(words);
            case 1 -> {
                words.add(0, "/bin/x y");
                builder.runs(words);
            }
            case 2 -> {
                words.add(0, "~'\"");
                builder.runsAsInit(words);
            }
            default -> {}
        }
    }

    private void users(SettingsBuilder builder) {
        boolean late = version >= 258;
        int kind = random.nextInt(5);
        mapped = kind > 0;
        switch (kind) {
            case 0 -> builder.users(UserNamespace.none(), Ownership.OFF);
            case 1 -> builder.users(UserNamespace.pick(), pick(List.of(Ownership.AUTO, Ownership.MAP)));
            case 2 ->
                builder.users(
                        UserNamespace.fixed(random.nextInt(3) * 65536L, 1 + random.nextInt(65536)),
                        late ? Ownership.FOREIGN : Ownership.OFF);
            case 3 ->
                builder.users(
                        late ? UserNamespace.managed() : UserNamespace.identity(),
                        pick(List.of(Ownership.AUTO, Ownership.OFF)));
            default -> builder.users(UserNamespace.ofImage(), Ownership.MAP);
        }
    }

    private NetworkMode network() {
        if (version >= 259 && random.nextInt(5) == 0) {
            return NetworkMode.joined("/run/netns/a b");
        }
        Uplink uplink = pick(List.of(
                new Uplink.None(),
                new Uplink.Veth(),
                new Uplink.Bridge(InterfaceName.of(pick(LINKS))),
                new Uplink.Zone(pick(List.of("z", "twelve_bytes", "0")))));
        List<PublishedPort> ports =
                random.nextBoolean() ? List.of() : List.of(PublishedPort.tcp(80, 8080), PublishedPort.udp(80, 80));
        return new NetworkMode.Own(
                uplink, list(2, this::link), list(3, this::link), list(2, this::link), list(2, this::link), ports);
    }

    private Link link() {
        boolean named = version >= 254 && random.nextBoolean();
        return new Link(
                InterfaceName.of(pick(LINKS)), named ? Optional.of(InterfaceName.of(pick(LINKS))) : Optional.empty());
    }

    private void exec(SettingsBuilder builder) {
        list(3, () -> pick(TEXTS)).forEach(text -> builder.environment("E_" + random.nextInt(9), text));
        maybe(() -> builder.user(pick(List.of("root", "0", "a b", "\u00fc*?[%"))));
        maybe(() -> builder.workingDirectory(pick(List.of("/", "/a", "/a b", "/a\"b", "/x%i"))));
        maybe(() -> builder.pivotRoot(new PivotRoot(
                pick(List.of("/a", "/a:b", "/a\\")), Optional.of("/old:x").filter(o -> random.nextBoolean()))));
        maybe(() -> builder.hostname(pick(List.of("a", "a.b-c.d", "1"))));
        maybe(() -> builder.machineId("edbfea3309ba41ea83e2318c58a8d498"));
        maybe(() -> builder.capabilities(
                pick(List.of(
                        CapabilitySet.of("CAP_NET_ADMIN", "cap_bpf"), CapabilitySet.NONE, new CapabilitySet(1L << 50))),
                CapabilitySet.of("CAP_CHOWN")));
        maybe(() -> builder.killSignal(1 + random.nextInt(64)));
        maybe(() -> builder.systemCalls(list(2, () -> pick(List.of("read", "@mount"))), list(1, () -> "@clock")));
        if (version >= 261) {
            maybe(() -> builder.addressFamilies(pick(List.of(
                    AddressFamilies.NONE,
                    AddressFamilies.ANY,
                    AddressFamilies.allow("AF_INET", "af_unix"),
                    AddressFamilies.refuse("AF_PACKET")))));
        }
        maybe(() -> builder.oomScoreAdjust(random.nextInt(2001) - 1000));
        maybe(() -> builder.cpus(List.of(random.nextInt(8192), 0, 1, 2)));
        maybe(() -> builder.personality(Personality.NATIVE));
        maybe(() -> builder.resolvConf(pick(ResolvConf.class)));
        maybe(() -> builder.timezone(pick(Timezone.class)));
        maybe(() -> builder.linkJournal(pick(LinkJournal.class)));
        maybe(() -> builder.notifyReady(random.nextBoolean()));
        maybe(() -> builder.noNewPrivileges(random.nextBoolean()));
        maybe(() -> builder.suppressSync(random.nextBoolean()));
        maybe(() -> builder.ephemeral(false));
    }

    private void limits(SettingsBuilder builder) {
        for (ResourceLimit limit : ResourceLimit.values()) {
            maybe(() -> {
                long soft = limit == ResourceLimit.NICE ? random.nextInt(41) : random.nextLong() >>> 24;
                long hard = limit == ResourceLimit.NICE || random.nextBoolean() ? soft : LimitRange.INFINITY;
                builder.limit(limit, new LimitRange(soft, hard));
            });
        }
    }

    private void files(SettingsBuilder builder) {
        maybe(() -> builder.readOnly(random.nextBoolean()));
        maybe(() -> builder.volatileMode(pick(Volatile.class)));
        Consumer<Mount> add = builder::mount;
        list(3, this::mount).forEach(add);
        if (!mapped) {
            return;
        }
        maybe(() -> builder.bindUsers(
                List.of("lennart", "_x-1"),
                version >= 258 && random.nextBoolean()
                        ? Optional.of(new BindUserShell(false, Optional.of("/bin/zsh")))
                        : Optional.empty()));
    }

    private Mount mount() {
        boolean readOnly = random.nextBoolean();
        List<String> destinations = PATHS.subList(mapped ? 1 : 0, PATHS.size());
        List<String> inner = destinations.subList(0, destinations.size() - 1);
        return switch (random.nextInt(4)) {
            case 0 ->
                new Mount.Bind(
                        pick(List.of(
                                Optional.<String>empty(), Optional.of(pick(PATHS)), Optional.of("+" + pick(PATHS)))),
                        pick(destinations),
                        pick(List.of(Optional.<String>empty(), Optional.of("norbind"), Optional.of("rbind,noidmap"))),
                        readOnly);
            case 1 ->
                new Mount.TemporaryFileSystem(
                        pick(destinations), pick(List.of("mode=0755", "size=10%,mode=1777", "rw:x")));
            case 2 ->
                new Mount.Overlay(
                        List.of(pick(PATHS), "+" + pick(PATHS)),
                        pick(List.of(Optional.<String>empty(), Optional.of(pick(PATHS)))),
                        pick(inner),
                        readOnly);
            default -> new Mount.Inaccessible(pick(inner));
        };
    }
}
