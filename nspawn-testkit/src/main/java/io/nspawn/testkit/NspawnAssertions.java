package io.nspawn.testkit;

import io.nspawn.Host;

/**
 * Where assertions on hosts begin, for AssertJ; its own {@code assertThat} can be imported beside this one.
 *
 * <pre>{@code
 * assertThat(host).container("web").isReady().hasAddress("172.29.236.11/22");
 * assertThat(host).hasContainers("web", "db").hasNoLeftovers();
 * }</pre>
 *
 * <p>They work on every {@link Host}, and ask it anew each time. A failure shows the whole host. AssertJ
 * ({@code org.assertj:assertj-core}) has to be there; the rest of the testkit does without.
 */
public final class NspawnAssertions {
    private NspawnAssertions() {}

    public static HostAssert assertThat(Host host) {
        return new HostAssert(host);
    }
}
