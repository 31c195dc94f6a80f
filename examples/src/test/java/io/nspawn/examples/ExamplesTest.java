package io.nspawn.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nspawn.examples.Examples.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every example on the host in memory. */
class ExamplesTest {
    /** What each prints when all went well; the lab must print it too. */
    static final Map<String, String[]> PROOF = Map.of(
            "first-container",
            new String[] {
                "is READY with [172.29.236.11/22]", "a second deploy changes nothing: true", "containers now: []"
            },
            "application-container",
            new String[] {"worker is READY, limits", "worker is STOPPED", "worker is READY again"},
            "several-networks",
            new String[] {
                "galera to 172.29.236.12: answers",
                "galera to fd00:236::12: answers",
                "galera to 172.29.248.12: no answer",
                "flowchart"
            },
            "pull-and-verify",
            new String[] {"good.tar.gz is image pulled", "pull http", "missing.tar.gz failed with code 404"},
            "upgrade",
            new String[] {
                "upgraded to next: READY",
                "the same machine-id: true",
                "not upgraded to broken: ",
                "READY with the root that it had: true"
            },
            "snapshot-and-rollback",
            new String[] {
                "snapshots: [before-migration]",
                "memory 1.0G, tasks 16384, and /etc/motd says after",
                "rolled back: memory 512.0M, tasks 16384, and /etc/motd says before",
                "as deployed: true"
            },
            "watch-events",
            new String[] {"there: machines []", "worker runs", "worker has ended", "ImageRemoved[image=worker]"},
            "exec-and-logs",
            new String[] {
                "sorted: [apple, pear]", "exit code 2: ls: cannot access", "was killed", "heard: hello from inside"
            });

    @TestFactory
    Stream<DynamicTest> eachRunsInMemory() {
        return Examples.ofHosts().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> runs(entry.getKey(), entry.getValue())));
    }

    static void runs(String name, Example example, String... arguments) throws Exception {
        assertThat(Said.by(example, arguments)).contains(PROOF.get(name));
    }

    @Test
    void eachIsProved() {
        assertThat(PROOF).containsOnlyKeys(Examples.ofHosts().keySet());
    }

    @Test
    void eachFileBeginsWithTheCommandThatRunsIt() throws IOException {
        Path sources = Path.of("src/main/java/io/nspawn/examples");
        Stream<String> names =
                Stream.concat(Examples.ofHosts().keySet().stream(), Examples.ofTheKernel().keySet().stream());
        try (Stream<Path> files = Files.list(sources)) {
            String heads = String.join(
                    "\n",
                    files.filter(Files::isRegularFile).map(ExamplesTest::head).toList());
            assertThat(names).allSatisfy(name -> assertThat(heads).contains("//     ./example " + name + "  "));
        }
    }

    private static String head(Path file) {
        try {
            return String.join(
                    "\n",
                    Files.readAllLines(file).stream()
                            .takeWhile(line -> line.startsWith("//"))
                            .toList());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aPlaceThatThereIsNotIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FirstContainer.main("--moon"))
                .withMessageContaining("--memory, --lab or --here");
    }
}
