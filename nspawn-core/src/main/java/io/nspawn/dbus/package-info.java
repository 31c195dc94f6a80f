/**
 * D-Bus, and the two services that containers hang on: PID 1 and systemd-machined. Internal: values in, values out,
 * no type of the D-Bus library crosses {@link io.nspawn.dbus.Bus}.
 */
@NullMarked
package io.nspawn.dbus;

import org.jspecify.annotations.NullMarked;
