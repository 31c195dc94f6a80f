package io.nspawn.dbus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds every public method of the services of this package against the interfaces of each supported systemd: what they
 * send has the signature that is there, what they read has the type that is there, and what an older one lacks is known.
 * A method that is added takes part by itself.
 */
class ConformanceTest {
    private static final List<String> VERSIONS = List.of("252", "255", "257", "262");
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Set<String> NO_CALLS = Set.of("withTimeout", "close");
    /** Methods that take an object's path. */
    private static final Set<String> PATHS = Set.of("cancel", "progress", "verification");

    /** What is used where it is there and else empty or silent: the first of the versions above that has it. */
    private static final Map<String, String> NEWER = Map.of(
            "org.freedesktop.systemd1.Service property MemoryPeak", "255",
            "org.freedesktop.systemd1.Service property MemorySwapCurrent", "255",
            "org.freedesktop.systemd1.Service property OOMKills", "262",
            "org.freedesktop.import1.Transfer signal ProgressUpdate", "257");

    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(String.class, "a.service"),
            Map.entry(boolean.class, true),
            Map.entry(int.class, 5),
            Map.entry(long.class, 7L),
            Map.entry(List.class, List.of("a.service")),
            Map.entry(Map.class, Map.of("MemoryMax", new Variant("t", -1L))),
            Map.entry(Duration.class, SOON),
            Map.entry(JobMode.class, JobMode.REPLACE),
            Map.entry(KillWhom.class, KillWhom.ALL),
            Map.entry(FileDescriptor.class, FileDescriptor.in),
            Map.entry(Runnable.class, (Runnable) () -> {}),
            Map.entry(Consumer.class, (Consumer<Object>) event -> {}),
            Map.entry(ListedMachine.class, new ListedMachine("a", "container", "systemd-nspawn", "/path")));

    @ParameterizedTest
    @ValueSource(strings = {"252", "255", "257", "262"})
    void everyMethodFits(String version) throws Exception {
        Signatures signatures = Signatures.of(version);
        SampleBus bus = new SampleBus(signatures);
        try (Systemd systemd = Systemd.over(bus, SOON)) {
            for (Object service : List.of(systemd, Machined.over(bus, SOON), Importd.over(bus, SOON))) {
                callAll(service);
            }
            bus.signalAll();
        }

        assertThat(bus.used()).hasSizeGreaterThan(VERSIONS.size());
        Set<String> unknown = new TreeSet<>(bus.used());
        unknown.removeIf(name -> has(signatures, name) || isNewer(name, version));
        assertThat(unknown).as("used, and not in systemd " + version).isEmpty();
    }

    @Test
    void whatOnlyNewerVersionsHaveIsTrulyNewer() throws Exception {
        Map<String, String> found = new TreeMap<>();
        for (String name : NEWER.keySet()) {
            for (String version : VERSIONS) {
                if (has(Signatures.of(version), name)) {
                    found.putIfAbsent(name, version);
                }
            }
        }
        assertThat(found).isEqualTo(NEWER);
    }

    private static void callAll(Object service) throws Exception {
        List<Method> methods = Arrays.stream(service.getClass().getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
                .filter(method -> !NO_CALLS.contains(method.getName()))
                .toList();
        assertThat(methods).isNotEmpty();
        for (Method method : methods) {
            Object[] arguments = Arrays.stream(method.getParameterTypes())
                    .map(type -> type == String.class && PATHS.contains(method.getName()) ? "/path" : sample(type))
                    .toArray();
            try {
                method.invoke(service, arguments);
            } catch (InvocationTargetException e) {
                throw new AssertionError(method.toString(), e.getCause());
            }
        }
    }

    private static Object sample(Class<?> type) {
        return Objects.requireNonNull(SAMPLES.get(type), () -> "no sample of " + type);
    }

    private static boolean isNewer(String name, String version) {
        return NEWER.getOrDefault(name, version).compareTo(version) > 0;
    }

    private static boolean has(Signatures signatures, String name) {
        List<String> words = Arrays.stream(name.split(" ", -1)).collect(Collectors.toList());
        return signatures.has(words.get(0), words.get(1), words.get(2));
    }
}
