package io.nspawn.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

/** Test classes that end in every way a test can; only {@link LabTestReportsTest} runs them. */
final class Endings {
    private Endings() {}

    @LabTest("bookworm")
    static class EveryEnd {
        @Test
        void passes() {
            assertThat(Lab.inside()).isTrue();
        }

        @Test
        void fails() {
            throw new AssertionError("one is not two");
        }

        @Test
        void breaks() {
            throw new IllegalStateException("broken", new NullPointerException());
        }

        @Test
        void aborts() {
            Assumptions.abort("no such thing");
        }

        @Test
        @DisabledIf("isInside")
        void onlyInside() {
            throw new AssertionError("is disabled there");
        }

        @Test
        @Disabled
        void disabled() {
            throw new AssertionError("is disabled anywhere");
        }

        static boolean isInside() {
            return Lab.inside();
        }
    }

    @LabTest("bookworm")
    static class FailsBefore {
        @BeforeAll
        static void prepare() {
            assertThat(Lab.inside()).as("not prepared").isFalse();
        }

        @Test
        void never() {}

        @Test
        void norThis() {}
    }

    @LabTest("bookworm")
    static class FailsAfter {
        @AfterAll
        static void cleanUp() {
            assertThat(Lab.inside()).as("not cleaned up").isFalse();
        }

        @Test
        void passes() {}
    }

    @LabTest("bookworm")
    static class Dies {
        @Test
        void dies() {
            System.err.println("the last words");
            Runtime.getRuntime().halt(42);
        }
    }

    @LabTest(value = "bookworm", timeoutSeconds = 5)
    static class TakesTooLong {
        @Test
        void hangs() throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }
}
