package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/** Starts the sending of a subvolume, after looking whether it can be sent. */
final class Sending {
    static final String THREAD_PREFIX = "btrfs-send ";

    private final Descriptor source;
    private final FileCalls files;

    Sending(Descriptor source, FileCalls files) {
        this.source = source;
        this.files = files;
    }

    SendChannel start(SendOptions options) {
        SendArgs arguments = arguments(options);
        Deque<Descriptor> open = new ArrayDeque<>();
        try {
            open.push(Walk.down(source, List.of()));
            Descriptor subvolume = open.peek();
            ByteBuffer ends = Wire.buffer(2 * Integer.BYTES);
            Failure.check(SystemCall.PIPE, source.path(), files.pipe(ends));
            open.push(owned(ends.getInt(0)));
            Descriptor reading = open.peek();
            open.push(owned(ends.getInt(Integer.BYTES)));
            Descriptor writing = open.peek();
            open.push(owned(Failure.check(SystemCall.PIPE, source.path(), files.eventfd())));
            Descriptor wake = open.peek();
            KernelSend send = new KernelSend(subvolume, writing, arguments, files);
            SendChannel channel = new SendChannel(new PipeChannel(reading, wake, files), send);
            Thread thread = new Thread(send, THREAD_PREFIX + source.path());
            thread.setDaemon(true);
            thread.start();
            return channel;
        } catch (RuntimeException | Error e) {
            open.forEach(Descriptor::close);
            throw e;
        }
    }

    private Descriptor owned(int number) {
        return new Descriptor(source.kernel(), number, source.path());
    }

    private SendArgs arguments(SendOptions options) {
        requireReadOnly(source);
        UUID here = filesystem(source);
        for (Subvolume other : options.sources()) {
            // An id means nothing on another filesystem, or worse, something else.
            if (!filesystem(other.descriptor()).equals(here)) {
                throw new BtrfsException.DifferentFilesystem(
                        Failure.of(Ioctl.SEND.text(), other + " and " + source.path(), ""));
            }
            requireReadOnly(other.descriptor());
        }
        return new SendArgs(
                options.parent().map(Subvolume::id),
                options.sources().stream().map(Subvolume::id).toList(),
                options.protocol(),
                options.isCompressed());
    }

    private static void requireReadOnly(Descriptor subvolume) {
        boolean readOnly = subvolume.ioctl(
                Ioctl.SUBVOL_GETFLAGS,
                subvolume.path(),
                buffer -> {},
                buffer -> (buffer.getLong(0) & VolumeArgs.READ_ONLY) != 0);
        if (!readOnly) {
            throw new BtrfsException.NotReadOnly(
                    Failure.of(Ioctl.SEND.text(), subvolume.path(), "take a read-only snapshot and send that"));
        }
    }

    private static UUID filesystem(Descriptor fd) {
        return fd.ioctl(Ioctl.FS_INFO, fd.path(), FilesystemInfo::pack, FilesystemInfo::unpack)
                .fsid();
    }
}
