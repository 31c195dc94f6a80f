package io.nspawn.btrfs;

import java.util.function.Function;
import java.util.function.Supplier;
import jnr.ffi.LibraryLoader;

/** Binds functions of the C library. */
final class CLibrary {
    private CLibrary() {}

    /**
     * Binds them at once.
     *
     * @param functions an interface with their signatures
     * @param around makes of them what they are called by
     * @return gives what was made, or tells each time why the JVM could not load it
     */
    static <L, T> Supplier<T> bind(Class<L> functions, Function<L, T> around) {
        try {
            T made = around.apply(
                    LibraryLoader.create(functions).failImmediately().load("c"));
            return () -> made;
        } catch (LinkageError | RuntimeException e) {
            return () -> {
                throw BtrfsException.noNativeAccess(e);
            };
        }
    }
}
