package io.nspawn.testkit.lab;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs one test class in this JVM, inside a lab, and writes each test's end as a line to standard output. What tests
 * print goes to standard error.
 */
final class InsideMain implements TestExecutionListener {
    private final PrintStream records;

    private InsideMain(PrintStream records) {
        this.records = records;
    }

    /** Runs the class of this name; ends the JVM, as a test may have left threads. */
    public static void main(String[] arguments) {
        PrintStream records = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(arguments[0]))
                .filters(EngineFilter.includeEngines("junit-jupiter"))
                .build();
        LauncherFactory.create().execute(request, new InsideMain(records));
        System.exit(0);
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        write(test, TestRecord.End.SKIPPED, reason, Optional.empty());
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        TestRecord.End end = switch (result.getStatus()) {
            case SUCCESSFUL -> TestRecord.End.PASSED;
            case ABORTED -> TestRecord.End.ABORTED;
            case FAILED -> TestRecord.End.FAILED;
        };
        write(test, end, "", result.getThrowable().map(RemoteThrowable::of));
    }

    private void write(TestIdentifier test, TestRecord.End end, String reason, Optional<RemoteThrowable> failure) {
        TestKey key = TestKey.of(test.getUniqueId());
        // The run and its class share a key. A class ends last, and its BeforeAll and AfterAll methods fail it alone.
        boolean isRun = key.equals(TestKey.RUN) && TestKey.isBelowRun(test.getUniqueId());
        boolean isEngine = test.getParentId().isEmpty();
        if (!isEngine && !(isRun && end == TestRecord.End.PASSED)) {
            records.println(new TestRecord(key, test.getDisplayName(), test.isTest(), end, reason, failure).toLine());
        }
    }
}
