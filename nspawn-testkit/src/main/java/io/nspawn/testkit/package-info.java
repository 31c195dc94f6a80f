/**
 * The in-memory host: {@link io.nspawn.testkit.FakeHost}, its faults and its clock. It loads no native code, touches no
 * file, starts no thread and runs on every operating system.
 */
@NullMarked
package io.nspawn.testkit;

import org.jspecify.annotations.NullMarked;
