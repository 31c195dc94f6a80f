package io.nspawn.btrfs;

import io.nspawn.btrfs.ReceivedPaths.Place;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The commands of a stream that fill files. The last file stays open, as the next command is mostly about it too. */
final class ReceivedContent implements AutoCloseable {
    static final int CLONE_SOURCE = 0;
    static final int CLONE_SOURCE_OFFSET = 8;
    static final int CLONE_LENGTH = 16;
    static final int CLONE_TARGET_OFFSET = 24;

    static final int VERITY_SIZE = 128;
    static final int VERITY_VERSION = 0;
    static final int VERITY_ALGORITHM = 4;
    static final int VERITY_BLOCK_SIZE = 8;
    static final int VERITY_SALT_SIZE = 12;
    static final int VERITY_SALT = 16;
    static final int VERITY_SIGNATURE_SIZE = 24;
    static final int VERITY_SIGNATURE = 32;
    static final long ENABLE_VERITY = 0x40806685L;

    private record OpenFile(StreamPath path, Descriptor descriptor) {}

    private final ReceivedPaths paths;
    private final FileCalls files;
    private final CloneSources sources;
    private final EncodedData encoded;
    private Optional<OpenFile> open = Optional.empty();

    ReceivedContent(ReceivedPaths paths, FileCalls files, CloneSources sources, EncodedData encoded) {
        this.paths = paths;
        this.files = files;
        this.sources = sources;
        this.encoded = encoded;
    }

    /** Carries a command out, or answers false if it is none of these. */
    boolean apply(SendCommand.OnPath command) {
        if (command instanceof SendCommand.Write write) {
            write(file(write.path()), write.data(), write.offset());
        } else if (command instanceof SendCommand.EncodedWrite write) {
            Descriptor file = file(write.path());
            encoded.write(file, write).ifPresent(data -> write(file, data, write.offset()));
        } else if (command instanceof SendCommand.Clone clone) {
            clone(clone);
        } else if (command instanceof SendCommand.Truncate truncate) {
            Descriptor file = file(truncate.path());
            Failure.check(SystemCall.TRUNCATE, file.path(), file.use(fd -> files.truncate(fd, truncate.size())));
        } else if (command instanceof SendCommand.Allocate allocate) {
            Descriptor file = file(allocate.path());
            Failure.check(
                    SystemCall.ALLOCATE,
                    file.path(),
                    file.use(fd -> files.fallocate(fd, allocate.mode(), allocate.offset(), allocate.length())));
        } else if (command instanceof SendCommand.EnableVerity verity) {
            enableVerity(verity);
        } else {
            return false;
        }
        return true;
    }

    private Descriptor file(StreamPath path) {
        if (open.isPresent() && open.get().path().equals(path)) {
            return open.get().descriptor();
        }
        forget();
        Descriptor descriptor = ReceivedPaths.openFile(paths.place(path), files, Flags.WRITE_FILE);
        open = Optional.of(new OpenFile(path, descriptor));
        return descriptor;
    }

    private void write(Descriptor file, ByteBuffer data, long offset) {
        ByteBuffer rest = data.duplicate();
        while (rest.hasRemaining()) {
            long at = offset + data.limit() - rest.remaining() - data.position();
            int count = Failure.check(SystemCall.WRITE, file.path(), file.use(fd -> files.pwrite(fd, rest, at)));
            rest.position(rest.position() + count);
        }
    }

    private void clone(SendCommand.Clone clone) {
        Descriptor target = file(clone.path());
        try (Descriptor source = sources.open(clone)) {
            int result = source.use(from -> target.attempt(Ioctl.CLONE_RANGE, (ByteBuffer argument) -> {
                argument.putLong(CLONE_SOURCE, from);
                argument.putLong(CLONE_SOURCE_OFFSET, clone.sourceOffset());
                argument.putLong(CLONE_LENGTH, clone.length());
                argument.putLong(CLONE_TARGET_OFFSET, clone.offset());
            }));
            Failure.check(Ioctl.CLONE_RANGE, target.path(), result);
        }
    }

    /** Nobody may have the file open for writing then. */
    private void enableVerity(SendCommand.EnableVerity verity) {
        forget();
        Place place = paths.place(verity.path());
        ByteBuffer salt = direct(verity.salt());
        ByteBuffer signature = direct(verity.signature());
        ByteBuffer argument = Wire.buffer(VERITY_SIZE);
        argument.putInt(VERITY_VERSION, 1);
        argument.putInt(VERITY_ALGORITHM, verity.algorithm());
        argument.putInt(VERITY_BLOCK_SIZE, verity.blockSize());
        argument.putInt(VERITY_SALT_SIZE, salt.capacity());
        argument.putLong(VERITY_SALT, files.address(salt));
        argument.putInt(VERITY_SIGNATURE_SIZE, signature.capacity());
        argument.putLong(VERITY_SIGNATURE, files.address(signature));
        try (Descriptor file = ReceivedPaths.openFile(place, files, Flags.READ_FILE)) {
            place.check(SystemCall.ENABLE_VERITY, file.use(fd -> files.ioctl(fd, ENABLE_VERITY, argument)));
        } finally {
            Reference.reachabilityFence(salt);
            Reference.reachabilityFence(signature);
        }
    }

    private static ByteBuffer direct(ByteBuffer bytes) {
        return Wire.buffer(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    /** To be called when names may have moved. */
    void forget() {
        open.ifPresent(file -> file.descriptor().close());
        open = Optional.empty();
    }

    @Override
    public void close() {
        forget();
        sources.close();
    }
}
