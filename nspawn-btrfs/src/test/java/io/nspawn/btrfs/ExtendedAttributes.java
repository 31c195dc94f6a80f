package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import jnr.ffi.LibraryLoader;

/** Sets extended attributes of all namespaces, also of symlinks. */
final class ExtendedAttributes {
    /** Straight to the C library, not through what is tested. */
    public interface LibC {
        int lsetxattr(byte[] path, byte[] name, byte[] value, long size, int flags);

        int lremovexattr(byte[] path, byte[] name);
    }

    private static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");

    private ExtendedAttributes() {}

    static void set(Path path, String name, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(LIBC.lsetxattr(HostPath.of(path).terminated(), text(name), bytes, bytes.length, 0))
                .as(name)
                .isZero();
    }

    static void remove(Path path, String name) {
        assertThat(LIBC.lremovexattr(HostPath.of(path).terminated(), text(name)))
                .as(name)
                .isZero();
    }

    private static byte[] text(String name) {
        return (name + "\0").getBytes(StandardCharsets.ISO_8859_1);
    }
}
