/**
 * For tests of code that deploys: a host in memory, what can go wrong on it, and assertions.
 *
 * <pre>{@code
 * import static io.nspawn.testkit.NspawnAssertions.assertThat;
 *
 * class GaleraDeployerTest {
 *     @RegisterExtension
 *     static final FakeHost host = FakeHost.withImages("debian-12").addLink("br-mgmt");
 *
 *     @Test
 *     void survivesAPowerLossInTheMiddle() {
 *         GaleraDeployer deployer = new GaleraDeployer(host);
 *         host.faults().nth(2, Operation.START, Fault.hostCrashed());
 *         assertThrows(HostKilled.class, deployer::rollOut);
 *
 *         deployer.rollOut();
 *
 *         assertThat(host).hasNoLeftovers().container("galera_2").isReady().hasAddress("172.29.236.12/22");
 *     }
 * }
 * }</pre>
 *
 * <ul>
 *   <li>{@link io.nspawn.testkit.FakeHost}: the host, set up by its own methods and by {@link io.nspawn.testkit.FakeImage}
 *       and {@link io.nspawn.testkit.MachineLife}.
 *   <li>{@link io.nspawn.testkit.Fault}, {@link io.nspawn.testkit.Errno}: what goes wrong;
 *       {@link io.nspawn.testkit.Operation}: where; {@link io.nspawn.testkit.Faults}: when, at random too
 *       ({@link io.nspawn.testkit.RandomFaults}).
 *   <li>{@link io.nspawn.testkit.NspawnAssertions}: assertions for AssertJ, on every host.
 *   <li>{@link io.nspawn.testkit.VirtualClock}: the time of the host, in which nobody waits.
 * </ul>
 *
 * <p>None of it loads native code, touches a file or starts a thread.
 */
@NullMarked
package io.nspawn.testkit;

import org.jspecify.annotations.NullMarked;
