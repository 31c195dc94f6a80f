/**
 * The ports: the only seam between the engine and a host. The real host and the in-memory one implement them; nothing
 * else does.
 *
 * <p>All methods may be called from any thread. They throw {@link io.nspawn.model.NspawnException}s.
 */
@NullMarked
package io.nspawn.spi;

import org.jspecify.annotations.NullMarked;
