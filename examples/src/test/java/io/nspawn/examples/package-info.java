@NullMarked
package io.nspawn.examples;

import org.jspecify.annotations.NullMarked;
