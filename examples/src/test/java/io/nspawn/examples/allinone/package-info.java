/** Tests of the all-in-one example. */
@NullMarked
package io.nspawn.examples.allinone;

import org.jspecify.annotations.NullMarked;
