package io.nspawn.testkit.lab;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/** Outside, in place of each method of a {@link LabTest} class: what the method has come to inside. */
final class OutsideReports
        implements InvocationInterceptor, BeforeClassTemplateInvocationCallback, AfterClassTemplateInvocationCallback {
    private final InsideRun run;
    private final boolean alone;
    private Optional<MachineHold> hold = Optional.empty();
    private boolean reported;

    /**
     * The reports of a run.
     *
     * @param alone whether no other lab's user may be on the machine meanwhile
     */
    OutsideReports(InsideRun run, boolean alone) {
        this.run = run;
        this.alone = alone;
    }

    @Override
    public void beforeClassTemplateInvocation(ExtensionContext context) {
        try {
            LabHost lab = SharedLab.of(run.release(), context);
            hold = Optional.of(alone ? MachineHold.alone() : MachineHold.shared());
            run.start(lab);
        } catch (RuntimeException e) {
            run.end(e);
        }
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        invocation.skip();
        report(run.await(TestKey.of(context.getUniqueId())));
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        invocation.skip();
        report(run.await(TestKey.of(context.getUniqueId())));
    }

    /** The tests that the factory has made inside; their names, not their places in the code, are known outside. */
    @Override
    @SuppressWarnings("unchecked")
    public <T> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        invocation.skip();
        // JUnit takes any collection from a factory, whatever its declared type.
        return (T) made(TestKey.of(context.getUniqueId()), context.getDisplayName());
    }

    /** A factory that was aborted stands as one test, since tools do not count containers. */
    private List<DynamicTest> made(TestKey factory, String name) throws Throwable {
        try {
            report(run.await(factory));
            return run.below(factory).stream()
                    .map(test -> DynamicTest.dynamicTest(test.name(), () -> report(test)))
                    .toList();
        } catch (TestAbortedException e) {
            return List.of(DynamicTest.dynamicTest(name, () -> {
                throw e;
            }));
        }
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context) {
        invocation.skip();
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context) {
        invocation.skip();
    }

    /** A class that failed after its tests, in an AfterAll method, has no test to report that with. */
    @Override
    public void afterClassTemplateInvocation(ExtensionContext context) throws Exception {
        Optional<TestRecord> failed;
        try {
            failed = run.awaitEnd();
        } finally {
            hold.ifPresent(MachineHold::close);
        }
        if (failed.isPresent() && !reported) {
            throw new LabException("The class failed inside, beside its tests", thrown(failed.orElseThrow()));
        }
    }

    private void report(TestRecord record) throws Throwable {
        reported |= record.key().equals(TestKey.RUN);
        switch (record.end()) {
            case PASSED -> {}
            case FAILED -> throw thrown(record);
            case ABORTED -> throw aborted(record);
            case SKIPPED -> throw new TestAbortedException(record.reason());
        }
    }

    private static Throwable thrown(TestRecord record) {
        return record.failure()
                .map(RemoteThrowable::toThrowable)
                .orElseGet(() -> new LabException(record.name() + " failed inside without saying why"));
    }

    private static TestAbortedException aborted(TestRecord record) {
        String message = record.failure().map(RemoteThrowable::message).orElse("");
        return new TestAbortedException(message, thrown(record));
    }
}
