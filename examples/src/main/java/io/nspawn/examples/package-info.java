/** Examples in single files; each one's first comment says what it shows and how to run it. */
@org.jspecify.annotations.NullMarked
package io.nspawn.examples;
