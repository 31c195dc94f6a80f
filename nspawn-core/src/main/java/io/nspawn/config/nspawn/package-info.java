/**
 * The {@code .nspawn} files of systemd.nspawn(5), as a given version of systemd reads them: typed settings, their builder
 * and writer, lint, and what they come to together with {@code systemd-nspawn@.service}.
 *
 * <p>{@link io.nspawn.config.nspawn.SettingsReader} was held against the recorded behaviour of systemd 252, 257 and 262.
 */
@NullMarked
package io.nspawn.config.nspawn;

import org.jspecify.annotations.NullMarked;
