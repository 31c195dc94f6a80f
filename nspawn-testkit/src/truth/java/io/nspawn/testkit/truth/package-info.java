/**
 * The host in memory and a real one, held side by side: the same random operations on both, and deploys that are killed.
 * Run by {@code ./bench equivalence} and {@code ./bench killsweep}, and a part of them by the tests of the testkit; in no
 * published jar.
 */
@NullMarked
package io.nspawn.testkit.truth;

import org.jspecify.annotations.NullMarked;
