/**
 * Benchmarks of this library against its peers: every subject in one run, in turns, on the same ground. Run by the
 * script {@code bench} in the root of the project.
 */
@NullMarked
package io.nspawn.benchmarks;

import org.jspecify.annotations.NullMarked;
