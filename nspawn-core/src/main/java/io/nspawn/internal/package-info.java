/** What several rooms need and nobody outside sees. Not exported. */
@NullMarked
package io.nspawn.internal;

import org.jspecify.annotations.NullMarked;
