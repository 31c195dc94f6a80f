/** OpenStack-Ansible's all-in-one layout: 32 containers on five bridges of one host. */
@NullMarked
package io.nspawn.examples.allinone;

import org.jspecify.annotations.NullMarked;
