/** Tests of the lab. */
@NullMarked
package io.nspawn.testkit.lab;

import org.jspecify.annotations.NullMarked;
