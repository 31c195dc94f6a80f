package io.nspawn.testkit.lab;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * The one lab of a release that all {@link LabTest} classes of a JVM run share; JUnit closes it after the last. Between
 * classes it holds no part of the machine, so that somebody else can be alone there.
 */
record SharedLab(LabHost lab) implements AutoCloseable {
    static LabHost of(LabRelease release, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(SharedLab.class))
                .getOrComputeIfAbsent(
                        release,
                        key -> new SharedLab(LabHost.of(release)
                                .share(Path.of("").toAbsolutePath())
                                .startIdle()),
                        SharedLab.class)
                .lab();
    }

    @Override
    public void close() {
        lab.close();
    }
}
