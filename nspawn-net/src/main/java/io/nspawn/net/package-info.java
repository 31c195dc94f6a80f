/** Links, addresses and namespaces, driven by rtnetlink. */
@NullMarked
package io.nspawn.net;

import org.jspecify.annotations.NullMarked;
