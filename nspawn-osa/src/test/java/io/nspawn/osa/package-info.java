@NullMarked
package io.nspawn.osa;

import org.jspecify.annotations.NullMarked;
