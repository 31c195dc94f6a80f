/**
 * What every host keeps to, as abstract JUnit suites: one a port, and one for {@link io.nspawn.Host}. The fake runs them
 * in every build and the real host in labs; what wraps or replaces a port can run them too.
 *
 * <pre>{@code
 * class MyStoreTest extends ImageStoreContract {
 *     protected HostPorts ports() { … }
 *     protected String image() { return "debian-12"; }
 * }
 * }</pre>
 */
@NullMarked
package io.nspawn.testkit.contract;

import org.jspecify.annotations.NullMarked;
