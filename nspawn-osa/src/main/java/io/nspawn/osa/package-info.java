/** OpenStack-Ansible's network dictionaries. Start at {@link io.nspawn.osa.OsaNetworks}. */
@NullMarked
package io.nspawn.osa;

import org.jspecify.annotations.NullMarked;
