package io.nspawn.net;

/**
 * An open file descriptor with one owner.
 *
 * @param fd the number, good until the close
 */
record Descriptor(int fd) implements AutoCloseable {
    @Override
    public void close() {
        Native.libc().close(fd);
    }
}
