/** The in-memory host of the testkit, in virtual machines that have done nothing yet, as a test run begins. */
@NullMarked
package io.nspawn.benchmarks.fake;

import org.jspecify.annotations.NullMarked;
