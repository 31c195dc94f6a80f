package io.nspawn.dbus;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * An open file descriptor that came over the bus. Whoever gets it owns it and closes it: nothing else ever will.
 * Thread-safe.
 */
public final class Descriptor implements AutoCloseable {

    private final FileDescriptor descriptor;

    Descriptor(FileDescriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** The descriptor itself, for streams and for sending on; still owned here. */
    public FileDescriptor value() {
        return descriptor;
    }

    public boolean isOpen() {
        return descriptor.valid();
    }

    @Override
    public void close() {
        // A stream over a descriptor owns it, and closing the stream is the one public way to close it.
        try (FileInputStream owner = new FileInputStream(descriptor)) {
            assert owner.getFD() == descriptor;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
