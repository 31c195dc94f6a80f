package io.nspawn.btrfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Reads the commands of a send stream, of protocol 1, 2 or 3, from wherever it comes. The stream may be hostile: what
 * is cut, corrupt or not understood is refused with {@link BtrfsException.BadStream}, which says where, and no command
 * takes more memory than a kernel's largest: 64 KiB in protocol 1, 1 MiB later. Nothing behind the last command is
 * read, so that the channel can carry something else there. For use by one thread.
 *
 * @see <a href="https://btrfs.readthedocs.io/en/latest/dev/dev-send-stream.html">the format</a>
 */
public final class SendStreamReader {
    /** The highest version of the protocol that is understood. */
    public static final int HIGHEST_VERSION = 3;

    private static final byte[] MAGIC = "btrfs-stream\0".getBytes(StandardCharsets.US_ASCII);
    private static final int STREAM_HEADER = MAGIC.length + Integer.BYTES;

    private static final int LENGTH = 0;
    private static final int COMMAND = 4;
    private static final int CHECKSUM = 6;
    private static final int COMMAND_HEADER = 10;

    private static final int LARGEST_V1 = 64 * 1024;
    private static final int LARGEST = 1024 * 1024;

    private final ReadableByteChannel channel;
    private final int version;
    private ByteBuffer buffer;
    private long position;
    private long commandOffset;
    private boolean ended;

    private SendStreamReader(ReadableByteChannel channel) throws IOException {
        this.channel = channel;
        this.buffer = allocate(LARGEST_V1);
        this.version = readHeader();
    }

    /**
     * Reads the header of a stream.
     *
     * @param channel in blocking mode; it is not closed by the reader
     * @throws BtrfsException.BadStream if it is no send stream, or one of a version that is not understood
     * @throws IOException if the channel throws it
     */
    public static SendStreamReader open(ReadableByteChannel channel) throws IOException {
        return new SendStreamReader(channel);
    }

    private static ByteBuffer allocate(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int readHeader() throws IOException {
        fill(0, STREAM_HEADER, "header of the stream");
        for (int i = 0; i < MAGIC.length; i++) {
            if (buffer.get(i) != MAGIC[i]) {
                throw BtrfsException.BadStream.at(i, "this is no send stream");
            }
        }
        int found = buffer.getInt(MAGIC.length);
        if (found < 1 || found > HIGHEST_VERSION) {
            throw BtrfsException.BadStream.at(
                    MAGIC.length,
                    "protocol " + Integer.toUnsignedString(found) + " is not known, only 1 to " + HIGHEST_VERSION);
        }
        return found;
    }

    /** The version of the protocol: 1 to {@link #HIGHEST_VERSION}. */
    public int version() {
        return version;
    }

    /** The bytes read so far. */
    public long position() {
        return position;
    }

    /** Where in the stream the last command begins, in bytes. */
    public long commandOffset() {
        return commandOffset;
    }

    /**
     * Reads one command. After {@link SendCommand.End} nothing more is read and the answer stays that.
     *
     * @throws BtrfsException.BadStream if the stream is cut, corrupt or hostile
     * @throws IOException if the channel throws it
     */
    public SendCommand next() throws IOException {
        if (ended) {
            return new SendCommand.End();
        }
        commandOffset = position;
        fill(0, COMMAND_HEADER, "header of a command");
        int length = length();
        makeRoom(COMMAND_HEADER + length);
        fill(COMMAND_HEADER, length, "command");
        check(COMMAND_HEADER + length);
        int number = Short.toUnsignedInt(buffer.getShort(COMMAND));
        if (!StreamCommandType.isKnown(number, version)) {
            throw BtrfsException.BadStream.at(commandOffset, "protocol " + version + " has no command " + number);
        }
        SendCommand command = decode(StreamCommandType.of(number), length);
        ended = command instanceof SendCommand.End;
        return command;
    }

    private SendCommand decode(StreamCommandType type, int length) {
        ByteBuffer body = buffer.slice(COMMAND_HEADER, length).order(ByteOrder.LITTLE_ENDIAN);
        StreamAttributes attributes = StreamAttributes.of(body, commandOffset + COMMAND_HEADER, version);
        return new StreamDecoder(attributes, commandOffset).decode(type);
    }

    private int length() {
        int length = buffer.getInt(LENGTH);
        int largest = (version == 1 ? LARGEST_V1 : LARGEST) - COMMAND_HEADER;
        if (length < 0 || length > largest) {
            throw BtrfsException.BadStream.at(
                    commandOffset,
                    "a command of " + Integer.toUnsignedString(length) + " bytes, more than " + largest
                            + ", the most in" + " protocol " + version);
        }
        return length;
    }

    /** The checksum is CRC-32C over the command with zero in the place of the checksum. */
    private void check(int size) {
        int told = buffer.getInt(CHECKSUM);
        buffer.putInt(CHECKSUM, 0);
        int computed = checksum(buffer.duplicate().position(0).limit(size));
        if (told != computed) {
            throw BtrfsException.BadStream.at(
                    commandOffset,
                    "the checksum of the command is " + Integer.toHexString(told) + " and should be "
                            + Integer.toHexString(computed));
        }
    }

    /** The kernel begins with zero and inverts nothing at the end; four bytes of ones take the JDK's class there. */
    static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(new byte[] {-1, -1, -1, -1});
        crc.update(bytes);
        return ~(int) crc.getValue();
    }

    private void makeRoom(int size) {
        if (buffer.capacity() < size) {
            ByteBuffer larger = allocate(Math.min(LARGEST, Math.max(size, 2 * buffer.capacity())));
            larger.put(0, buffer, 0, COMMAND_HEADER);
            buffer = larger;
        }
    }

    private void fill(int at, int length, String what) throws IOException {
        ByteBuffer room = buffer.duplicate().position(at).limit(at + length);
        while (room.hasRemaining()) {
            int count = channel.read(room);
            if (count < 0) {
                throw BtrfsException.BadStream.at(position, "the stream ends within the " + what);
            }
            if (count == 0) {
                throw new IllegalBlockingModeException();
            }
            position += count;
        }
    }

    /** Refuses the last command for what it means where it came. */
    BtrfsException.BadStream refuse(String fault) {
        return BtrfsException.BadStream.at(commandOffset, fault);
    }
}
