package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.model.Size;
import io.nspawn.model.SystemdVersion;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacAddress;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Calls the methods of a builder, whatever they are, with values of which many are out of range. What is refused has to
 * be refused by the typed error, with the key or section and what would be right.
 */
final class AnyOptions {
    private static final int ATTEMPTS = 8;
    private static final List<String> TEXTS = List.of(
            ("yes no ipv4 ipv6 both none any up bound manual carrier degraded:routable routers-only nearest-bridge "
                            + "802.1q 802.1ad dhcp4 slaac static dhcp-on-stop route query permanent global link host "
                            + "unicast blackhole main 100 persistent random kernel mac path :auto br0 en* veth "
                            + "10.1.2.3 fd00::1 239.1.1.1 10.1.2.3/24 fd00::1/64 0.0.0.0/0 02:00:00:00:00:0a "
                            + "01-00-5E-00-00-01 a.example ~. on-failure always closed rw rwm char-pts block-* A "
                            + "a\u00e4\u20ac b\nc \"q\" 'q' \\ %i x=y # ; [ -1 much-too-long-for-an-interface")
                    .split(" ", -1));
    private static final long[] NUMBERS = {0, 1, 2, 3, 7, 8, 63, 100, 1280, 1500, 4094, 8191, 9000, 65535, 70_000, -1};
    private static final List<Path> PATHS = List.of(
            Path.of("/srv"),
            Path.of("/srv/a b\\c%i\"d'e"),
            Path.of("/dev/kvm"),
            Path.of("/dev/a\u00e4 b"),
            Path.of("/dev/../etc"),
            Path.of("relative"));

    private static final Map<Class<?>, List<Option>> OPTIONS = new ConcurrentHashMap<>();

    private final Random random;
    private final Set<String> called;

    private record Option(String name, Method method) {}

    AnyOptions(Random random, Set<String> called) {
        this.random = random;
        this.called = called;
    }

    /** Every option that a class of builders has. */
    static Set<String> of(Class<?>... builders) {
        Set<String> all = new TreeSet<>();
        Arrays.stream(builders).flatMap(b -> options(b).stream()).forEach(option -> all.add(option.name()));
        return all;
    }

    /** Calls about one in {@code each} of the options. */
    void on(Object builder, int each) {
        for (Option option : options(builder.getClass())) {
            if (random.nextInt(each) == 0) {
                call(builder, option);
            }
        }
    }

    private void call(Object builder, Option option) {
        // Of several values each must be a good one in the same call, which takes patience until it was so once.
        boolean rare = option.method().getParameterCount() > 1 && !called.contains(option.name());
        int attempts = rare ? ATTEMPTS * TEXTS.size() : ATTEMPTS;
        for (int attempt = 0; attempt < attempts; attempt++) {
            try {
                option.method().invoke(builder, arguments(option.method()));
                called.add(option.name());
                return;
            } catch (InvocationTargetException e) {
                if (!(e.getCause() instanceof InvalidFileException refused)) {
                    throw new AssertionError(option.name(), e.getCause());
                }
                assertThat(refused.key() + refused.section())
                        .as(refused.getMessage())
                        .isNotEmpty();
                assertThat(refused.remedy()).isNotEmpty();
            } catch (IllegalAccessException e) {
                throw new AssertionError(option.name(), e);
            }
        }
    }

    private static List<Option> options(Class<?> builder) {
        return OPTIONS.computeIfAbsent(
                builder,
                b -> Arrays.stream(b.getMethods())
                        .filter(method -> method.getDeclaringClass() != Object.class)
                        .filter(method ->
                                !method.isBridge() && !method.getName().equals("build"))
                        .map(method -> new Option(name(method), method))
                        .sorted(Comparator.comparing(Option::name))
                        .toList());
    }

    private static String name(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName()
                + Arrays.toString(method.getParameterTypes());
    }

    private Object[] arguments(Method method) {
        Type[] types = method.getGenericParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = value(types[i]);
        }
        return arguments;
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType) {
            return (Consumer<Object>) options -> on(options, 3);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isArray()) {
            Object array = Array.newInstance(plain.getComponentType(), random.nextInt(3));
            for (int i = 0; i < Array.getLength(array); i++) {
                Array.set(array, i, value(plain.getComponentType()));
            }
            return array;
        }
        if (plain == boolean.class) {
            return random.nextBoolean();
        }
        if (plain == int.class) {
            return (int) number();
        }
        if (plain == long.class) {
            return number();
        }
        if (plain == String.class) {
            return TEXTS.get(random.nextInt(TEXTS.size()));
        }
        if (plain == Duration.class) {
            return random.nextInt(4) == 0 ? Duration.ofMillis(1500) : Duration.ofSeconds(number());
        }
        if (plain == Path.class) {
            return PATHS.get(random.nextInt(PATHS.size()));
        }
        if (plain == Size.class) {
            return Size.ofBytes(Math.abs(number()) << random.nextInt(31));
        }
        if (plain == UnitName.class) {
            return UnitName.of(random.nextBoolean() ? "network.target" : UnitNames.escape("a b-c") + ".service");
        }
        if (plain == InterfaceName.class) {
            return InterfaceName.of("br-a.1");
        }
        if (plain == MacAddress.class) {
            return MacAddress.parse("02:00:00:00:00:0" + random.nextInt(10));
        }
        if (plain == SystemdVersion.class) {
            return new SystemdVersion(252 + random.nextInt(8), "any");
        }
        throw new AssertionError("no value for a " + plain);
    }

    private long number() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }
}
