package io.nspawn.dbus;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.newsclub.net.unix.FileDescriptorCast;

/**
 * An open file descriptor that came over the bus. Whoever gets it owns it and closes it: nothing else ever will.
 * Thread-safe.
 */
public final class Descriptor implements AutoCloseable {

    private final FileDescriptor descriptor;

    Descriptor(FileDescriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Takes a descriptor over that this process opened by other means.
     *
     * @param number as the kernel numbers it
     */
    public static Descriptor adopt(int number) {
        try {
            return new Descriptor(FileDescriptorCast.unsafeUsing(number).as(FileDescriptor.class));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot take descriptor " + number, e);
        }
    }

    /** The descriptor as the kernel numbers it, for calls of the C library; still owned here. */
    public int number() {
        try {
            return FileDescriptorCast.using(descriptor).as(Integer.class);
        } catch (IOException e) {
            throw new UncheckedIOException("a closed descriptor has no number", e);
        }
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
