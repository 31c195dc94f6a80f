package io.nspawn.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Lets one thread at a time into a fake's ports, so that each of them can be written as if there were no threads. */
final class Serialized {
    private Serialized() {}

    /** The same port, each call of it under the monitor; what is thrown passes through. */
    static <T> T port(Class<T> type, T port, Object monitor, Runnable after) {
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    synchronized (monitor) {
                        try {
                            return method.invoke(port, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        } finally {
                            after.run();
                        }
                    }
                });
        return type.cast(proxy);
    }
}
