/** {@code ./bench equivalence} and {@code ./bench killsweep}: what is counted on lab hosts, and not timed. */
@NullMarked
package io.nspawn.benchmarks.truth;

import org.jspecify.annotations.NullMarked;
