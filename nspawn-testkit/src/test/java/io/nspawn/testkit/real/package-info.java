/** The engine on a real host: every class runs inside a lab, beside a systemd that was booted there. */
@NullMarked
package io.nspawn.testkit.real;

import org.jspecify.annotations.NullMarked;
