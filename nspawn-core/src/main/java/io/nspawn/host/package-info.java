/** What a host must have before containers run on it: readiness, networks; and what it tells of those that do. */
@NullMarked
package io.nspawn.host;

import org.jspecify.annotations.NullMarked;
