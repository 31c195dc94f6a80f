/**
 * A disposable real host: Debian with a booted systemd, machined and a BTRFS pool, in a container on this machine.
 *
 * <p>{@link io.nspawn.testkit.lab.LabHost} is the host itself; {@link io.nspawn.testkit.lab.LabTest} runs a JUnit class
 * inside one, {@link io.nspawn.testkit.lab.Lab} is what such a class may ask. All of it needs root on Linux, and
 * Debian's {@code systemd-container}, {@code btrfs-progs} and {@code mmdebstrap}.
 */
@NullMarked
package io.nspawn.testkit.lab;

import org.jspecify.annotations.NullMarked;
