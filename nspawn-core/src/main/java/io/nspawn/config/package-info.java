/** The systemd file formats: one lexer and writer, and the files that this library makes with them. */
@NullMarked
package io.nspawn.config;

import org.jspecify.annotations.NullMarked;
