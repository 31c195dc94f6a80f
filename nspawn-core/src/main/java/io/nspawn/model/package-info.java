/** Values that depend on nothing: names, sizes, specs, statuses, and the errors that everything above throws. */
@NullMarked
package io.nspawn.model;

import org.jspecify.annotations.NullMarked;
