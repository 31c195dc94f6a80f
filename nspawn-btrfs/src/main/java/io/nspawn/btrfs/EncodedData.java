package io.nspawn.btrfs;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import jnr.constants.platform.Errno;

/**
 * Writes compressed data as it is, where the kernel takes it. Where it does not (before Linux 5.18, without
 * CAP_SYS_ADMIN, with sectors that do not fit), data that the JDK can is decompressed instead.
 */
final class EncodedData {
    static final int SIZE = 128;
    static final int IOV = 0;
    static final int IOV_COUNT = 8;
    static final int OFFSET = 16;
    static final int LENGTH = 32;
    static final int DECODED_LENGTH = 40;
    static final int DECODED_OFFSET = 48;
    static final int COMPRESSION = 56;

    static final int IOVEC_SIZE = 16;
    static final int IOVEC_BASE = 0;
    static final int IOVEC_LENGTH = 8;

    private static final Set<Errno> REFUSALS =
            Set.of(Errno.ENOTTY, Errno.EINVAL, Errno.EOPNOTSUPP, Errno.EPERM, Errno.ENOSPC);

    private final FileCalls files;

    EncodedData(FileCalls files) {
        this.files = files;
    }

    /**
     * Writes the data, or answers what is to be written in its place.
     *
     * @throws BtrfsException.Unsupported if neither the kernel takes the data nor the JDK decompresses it
     * @throws BtrfsException.Other if the data is not what it is said to be
     */
    Optional<ByteBuffer> write(Descriptor file, SendCommand.EncodedWrite write) {
        if (write.compression() == Compression.NONE) {
            return Optional.of(part(plain(file, write), write));
        }
        int result = attempt(file, write);
        if (result >= 0) {
            return Optional.empty();
        }
        if (!REFUSALS.contains(Errno.valueOf(-result))) {
            throw Failure.exception(Ioctl.ENCODED_WRITE, file.path(), -result);
        }
        if (write.compression() != Compression.ZLIB) {
            String remedy = "the kernel refuses " + write.compression() + " data ("
                    + Errno.valueOf(-result).name() + ") and Java cannot decompress it: send without compressed data";
            throw new BtrfsException.Unsupported(
                    Failure.of(Ioctl.ENCODED_WRITE.text(), file.path(), remedy), Ioctl.ENCODED_WRITE.since());
        }
        return Optional.of(part(inflated(file, write), write));
    }

    private int attempt(Descriptor file, SendCommand.EncodedWrite write) {
        ByteBuffer data = write.data();
        ByteBuffer iov = Wire.buffer(IOVEC_SIZE);
        iov.putLong(IOVEC_BASE, files.address(data) + data.position()).putLong(IOVEC_LENGTH, data.remaining());
        try {
            return file.attempt(Ioctl.ENCODED_WRITE, (ByteBuffer argument) -> pack(argument, iov, write));
        } finally {
            Reference.reachabilityFence(data);
            Reference.reachabilityFence(iov);
        }
    }

    private void pack(ByteBuffer argument, ByteBuffer iov, SendCommand.EncodedWrite write) {
        argument.putLong(IOV, files.address(iov));
        argument.putLong(IOV_COUNT, 1);
        argument.putLong(OFFSET, write.offset());
        argument.putLong(LENGTH, write.fileLength());
        argument.putLong(DECODED_LENGTH, write.decodedLength());
        argument.putLong(DECODED_OFFSET, write.decodedOffset());
        argument.putInt(COMPRESSION, write.compression().number());
    }

    private static ByteBuffer plain(Descriptor file, SendCommand.EncodedWrite write) {
        if (write.data().remaining() != write.decodedLength()) {
            throw notWhatItIsSaidToBe(file, write);
        }
        return write.data().duplicate();
    }

    /** What the stream ends short of is zero. */
    static ByteBuffer inflated(Descriptor file, SendCommand.EncodedWrite write) {
        ByteBuffer decoded = Wire.buffer(write.decodedLength());
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(write.data().duplicate());
            while (decoded.hasRemaining() && !inflater.finished()) {
                if (inflater.inflate(decoded) == 0 && !inflater.finished()) {
                    throw notWhatItIsSaidToBe(file, write);
                }
            }
            return decoded.clear();
        } catch (DataFormatException e) {
            throw notWhatItIsSaidToBe(file, write);
        } finally {
            inflater.end();
        }
    }

    private static ByteBuffer part(ByteBuffer decoded, SendCommand.EncodedWrite write) {
        return decoded.slice(decoded.position() + write.decodedOffset(), write.fileLength());
    }

    private static BtrfsException notWhatItIsSaidToBe(Descriptor file, SendCommand.EncodedWrite write) {
        return new BtrfsException.Other(Failure.of(
                Ioctl.ENCODED_WRITE.text(),
                file.path(),
                "the data is not " + write.decodedLength() + " bytes of " + write.compression()));
    }
}
