package io.nspawn.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What happens inside is reported outside: classes that fail are run by a launcher of their own. */
@Tag("lab")
class LabTestReportsTest {
    @BeforeEach
    void labCanStart() {
        List<String> missing = LabHost.debian("bookworm").missing();
        Assumptions.assumeTrue(missing.isEmpty(), () -> "missing: " + String.join("; ", missing));
    }

    @Test
    void eachTestReportsItsOwnEnd() {
        Ends ends = run(Endings.EveryEnd.class);
        assertThat(ends.results().keySet())
                .containsExactly(
                        "aborts()", "breaks()", "fails()", "onlyInside()", "passes()", "systemd 252 (bookworm)");
        assertThat(ends.status("passes()")).isEqualTo(TestExecutionResult.Status.SUCCESSFUL);
        assertThat(ends.status("fails()")).isEqualTo(TestExecutionResult.Status.FAILED);
        assertThat(ends.thrown("fails()"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("one is not two")
                .hasToString("java.lang.AssertionError: one is not two")
                .satisfies(thrown -> assertThat(thrown.getStackTrace())
                        .anyMatch(frame ->
                                frame.getMethodName().equals("fails") && "Endings.java".equals(frame.getFileName())));
        assertThat(ends.thrown("breaks()"))
                .isNotInstanceOf(AssertionError.class)
                .hasToString("java.lang.IllegalStateException: broken")
                .cause()
                .hasToString("java.lang.NullPointerException");
        assertThat(ends.status("aborts()")).isEqualTo(TestExecutionResult.Status.ABORTED);
        assertThat(ends.thrown("aborts()")).hasMessageContaining("no such thing");
        assertThat(ends.status("onlyInside()")).isEqualTo(TestExecutionResult.Status.ABORTED);
        assertThat(ends.thrown("onlyInside()")).hasMessageContaining("isInside");
    }

    @Test
    void aClassThatFailsBeforeItsTestsFailsEachOfThem() {
        Ends ends = run(Endings.FailsBefore.class);
        assertThat(ends.thrown("never()")).hasMessageContaining("not prepared");
        assertThat(ends.thrown("norThis()")).hasMessageContaining("not prepared");
    }

    @Test
    void aClassThatFailsAfterItsTestsFails() {
        Ends ends = run(Endings.FailsAfter.class);
        assertThat(ends.status("passes()")).isEqualTo(TestExecutionResult.Status.SUCCESSFUL);
        assertThat(ends.status("systemd 252 (bookworm)")).isEqualTo(TestExecutionResult.Status.FAILED);
        assertThat(ends.thrown("systemd 252 (bookworm)")).cause().hasMessageContaining("not cleaned up");
    }

    @Test
    void aJvmThatDiesInsideFailsWhatItHasNotReported() {
        Ends ends = run(Endings.Dies.class);
        assertThat(ends.status("dies()")).isEqualTo(TestExecutionResult.Status.FAILED);
        assertThat(ends.thrown("dies()"))
                .cause()
                .hasMessageContaining("code 42")
                .hasMessageContaining("the last words");
    }

    @Test
    void aJvmThatTakesTooLongInsideFailsWhatItHasNotReported() {
        Ends ends = run(Endings.TakesTooLong.class);
        assertThat(ends.thrown("hangs()")).cause().hasMessageContaining("took longer than PT5S");
    }

    /** Runs a class; how each test and each run of the class has ended, by display name. */
    private static Ends run(Class<?> testClass) {
        Map<String, TestExecutionResult> ends = new TreeMap<>();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(testClass))
                                .filters(EngineFilter.includeEngines("junit-jupiter"))
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                if (TestKey.isBelowRun(test.getUniqueId())) {
                                    ends.put(test.getDisplayName(), result);
                                }
                            }
                        });
        return new Ends(ends);
    }

    private record Ends(Map<String, TestExecutionResult> results) {
        private TestExecutionResult of(String name) {
            return Objects.requireNonNull(results.get(name), name);
        }

        TestExecutionResult.Status status(String name) {
            return of(name).getStatus();
        }

        Throwable thrown(String name) {
            return of(name).getThrowable().orElseThrow();
        }
    }
}
