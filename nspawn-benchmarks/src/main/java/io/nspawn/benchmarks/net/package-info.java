/** Links: this library, a program in C, ip and pyroute2, in network namespaces of their own. */
@NullMarked
package io.nspawn.benchmarks.net;

import org.jspecify.annotations.NullMarked;
