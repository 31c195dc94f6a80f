package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles a C program that prints the numbers of the kernel's headers, and compares every one of ours with it. */
class KernelHeadersTest {
    /** Numbers of Linux 5.18 and 6.4, which headers that are older do not have. */
    private static final Set<String> YOUNGER = Set.of("Ifla.BRPORT_LOCKED", "Ifla.MACVLAN_BC_CUTOFF");

    @TempDir
    Path directory;

    @Test
    void everyNumberIsThatOfTheHeaders() throws IOException, IllegalAccessException {
        assumeTrue(Lab.has("gcc"), "needs gcc and the kernel's user headers");
        Map<String, Long> theirs = printed();
        for (Class<?> ours : new Class<?>[] {Nl.class, Rtm.class, Ifla.class}) {
            for (Field field : ours.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) {
                    continue;
                }
                String name = ours.getSimpleName() + "." + field.getName();
                if (YOUNGER.contains(name) && !theirs.containsKey(name)) {
                    continue;
                }
                assertThat(theirs).as("a line for " + name).containsKey(name);
                assertThat((long) field.getInt(null)).as(name).isEqualTo(theirs.get(name));
            }
        }
    }

    private Map<String, Long> printed() throws IOException {
        Path source = directory.resolve("numbers.c");
        Path program = directory.resolve("numbers");
        try (InputStream in = Objects.requireNonNull(KernelHeadersTest.class.getResourceAsStream("numbers.c"))) {
            Files.copy(in, source);
        }
        Lab.run("gcc", "-o", program.toString(), source.toString()).orFail();
        Map<String, Long> numbers = new HashMap<>();
        Lab.run(program.toString()).orFail().output().lines().forEach(line -> {
            int space = line.indexOf(' ');
            numbers.put(line.substring(0, space), Long.parseLong(line.substring(space + 1)));
        });
        return numbers;
    }
}
