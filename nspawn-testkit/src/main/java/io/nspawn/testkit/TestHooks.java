package io.nspawn.testkit;

import io.nspawn.Host;
import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** What JUnit asks of a {@link FakeHost}. */
interface TestHooks extends BeforeAllCallback, BeforeEachCallback, ParameterResolver, InvocationInterceptor {
    Faults faults();

    VirtualClock clock();

    String report();

    @Override
    default boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return List.of(FakeHost.class, Host.class, Faults.class, VirtualClock.class)
                .contains(type);
    }

    @Override
    default Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == Faults.class) {
            return faults();
        }
        return type == VirtualClock.class ? clock() : this;
    }

    @Override
    default void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        watched(invocation);
    }

    @Override
    default void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        watched(invocation);
    }

    @Override
    default void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        watched(invocation);
    }

    @Override
    default void interceptDynamicTest(
            Invocation<Void> invocation, DynamicTestInvocationContext test, ExtensionContext context) throws Throwable {
        watched(invocation);
    }

    private void watched(Invocation<Void> invocation) throws Throwable {
        try {
            invocation.proceed();
        } catch (Throwable failure) {
            HostAtFailure.hangOn(failure, report());
            throw failure;
        }
    }
}
