/** Containers that run: this library, sd-bus, busctl, machinectl and systemd-run, in a lab host. */
@NullMarked
package io.nspawn.benchmarks.control;

import org.jspecify.annotations.NullMarked;
