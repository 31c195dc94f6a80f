/** Checks a {@code .nspawn} file before systemd does. */
@NullMarked
package io.nspawn.examples.check;

import org.jspecify.annotations.NullMarked;
