package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.nspawn.Host;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** The fake as a JUnit extension, seen from outside: what runs here are test classes of a deployer. */
class ExtensionTest {
    private static List<Throwable> failuresOf(Class<?> testClass) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(testClass))
                .build();
        LauncherFactory.create().execute(request, listener);
        assertThat(listener.getSummary().getTestsFoundCount()).isPositive();
        return listener.getSummary().getFailures().stream()
                .map(f -> f.getException())
                .toList();
    }

    @Test
    void aFailedTestShowsTheHost() {
        List<Throwable> failures = failuresOf(Failing.class);

        assertThat(failures).hasSize(2).allSatisfy(failure -> {
            assertThat(failure.getSuppressed()).hasSize(1);
            assertThat(failure.getSuppressed()[0])
                    .hasMessageContaining(FakeReport.HEADING)
                    .hasMessageContaining("infra-node-1  active");
        });
    }

    @Test
    void eachTestHasTheHostAsItWasSetUp() {
        assertThat(failuresOf(SetBack.class)).isEmpty();
    }

    @Test
    void aStoryKeepsItsHost() {
        assertThat(failuresOf(Story.class)).isEmpty();
    }

    /** Only by the launcher above: the name does not end as those of tests do. */
    static class Failing {
        @RegisterExtension
        static final FakeHost host = Sample.host();

        @Test
        void fails() {
            deployAndFail();
        }

        private static void deployAndFail() {
            host.deploy(Sample.spec(1));
            throw new AssertionError("no");
        }

        @TestFactory
        Stream<DynamicTest> failsToo() {
            return Stream.of(DynamicTest.dynamicTest("dynamic", Failing::deployAndFail));
        }
    }

    static class SetBack {
        @RegisterExtension
        final FakeHost host = Sample.host();

        @Test
        void first(Host injected, Faults faults, VirtualClock clock) {
            assertThat(injected).isSameAs(host);
            assertThat(faults).isSameAs(host.faults());
            assertThat(clock).isSameAs(host.clock());
            host.deploy(Sample.spec(1));
        }

        @Test
        void second(FakeHost injected) {
            assertThat(injected).isSameAs(host);
            injected.deploy(Sample.spec(1));
        }

        @AfterEach
        void oneContainer() {
            assertThat(host.containers()).hasSize(1);
            assertThat(host.faults().calls().stream().filter(c -> c.operation() == Operation.CLONE))
                    .hasSize(1);
        }
    }

    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Story {
        @RegisterExtension
        static final FakeHost host = Sample.host().keptBetweenTests();

        @Test
        @Order(1)
        void deploys() {
            assertThat(host.containers()).isEmpty();
            host.deploy(Sample.spec(1));
        }

        @Test
        @Order(2)
        void findsItThere() {
            assertThat(host.containers()).hasSize(1);
            host.reset();
            assertThat(host.containers()).isEmpty();
        }
    }
}
