/** The real ports: btrfs, rtnetlink, PID 1 and machined, local files. Not exported. */
@NullMarked
package io.nspawn.local;

import org.jspecify.annotations.NullMarked;
