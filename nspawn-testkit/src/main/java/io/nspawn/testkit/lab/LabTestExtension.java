package io.nspawn.testkit.lab;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Turns a {@link LabTest} class into one run for each release outside, and into a single plain run inside. */
final class LabTestExtension implements ClassTemplateInvocationContextProvider, InvocationInterceptor {
    @Override
    public boolean supportsClassTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestClass(), LabTest.class);
    }

    @Override
    public Stream<? extends ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(
            ExtensionContext context) {
        if (Lab.inside()) {
            return Stream.of(new Run(Lab.release().toString(), List.of()));
        }
        LabTest test = AnnotationSupport.findAnnotation(context.getTestClass(), LabTest.class)
                .orElseThrow();
        String testClass = context.getRequiredTestClass().getName();
        Duration deadline = Duration.ofSeconds(test.timeoutSeconds());
        return Stream.of(test.value())
                .map(LabRelease::of)
                .map(release -> new InsideRun(release, testClass, deadline))
                .map(run -> new Run(run.release().toString(), List.of(new OutsideReports(run, test.alone()))));
    }

    /** Runs once for all releases outside, before the extensions of a run are asked: left to the runs inside. */
    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        insideOnly(invocation);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        insideOnly(invocation);
    }

    private static void insideOnly(Invocation<Void> invocation) throws Throwable {
        if (Lab.inside()) {
            invocation.proceed();
        } else {
            invocation.skip();
        }
    }

    private record Run(String name, List<Extension> extensions) implements ClassTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return name;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return extensions;
        }
    }
}
