/**
 * What a user holds: {@link io.nspawn.Host}, and from it {@link io.nspawn.Container}s and {@link io.nspawn.Images}.
 *
 * <p>All of it is thread-safe and blocking; every call that can wait has a deadline and reacts to interruption.
 */
@NullMarked
package io.nspawn;

import org.jspecify.annotations.NullMarked;
