package io.nspawn.btrfs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Consumer;

/** Writes send streams, right ones and wrong ones. */
final class StreamWriter {
    static final UUID ID = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
    static final UUID PARENT = UUID.fromString("11111111-2222-3333-4444-555555555555");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final int version;

    StreamWriter(int version) {
        this.version = version;
        out.writeBytes("btrfs-stream\0".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(little(4).putInt(0, version).array());
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The attributes of one command. */
    final class Body {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Body raw(int type, int length, byte[] value) {
            bytes.writeBytes(little(4)
                    .putShort(0, (short) type)
                    .putShort(2, (short) length)
                    .array());
            bytes.writeBytes(value);
            return this;
        }

        Body put(StreamAttribute attribute, byte[] value) {
            if (attribute == StreamAttribute.DATA && version >= 2) {
                bytes.writeBytes(
                        little(2).putShort(0, (short) attribute.number()).array());
                bytes.writeBytes(value);
                return this;
            }
            return raw(attribute.number(), value.length, value);
        }

        Body text(StreamAttribute attribute, String value) {
            return put(attribute, value.getBytes(StandardCharsets.ISO_8859_1));
        }

        Body u64(StreamAttribute attribute, long value) {
            return put(attribute, little(8).putLong(0, value).array());
        }

        Body u32(StreamAttribute attribute, int value) {
            return put(attribute, little(4).putInt(0, value).array());
        }

        Body u8(StreamAttribute attribute, int value) {
            return put(attribute, new byte[] {(byte) value});
        }

        Body uuid(StreamAttribute attribute, UUID value) {
            return put(
                    attribute,
                    ByteBuffer.allocate(16)
                            .putLong(value.getMostSignificantBits())
                            .putLong(value.getLeastSignificantBits())
                            .array());
        }

        Body time(StreamAttribute attribute, long seconds, int nanos) {
            return put(
                    attribute, little(12).putLong(0, seconds).putInt(8, nanos).array());
        }

        Body path(String path) {
            return text(StreamAttribute.PATH, path);
        }
    }

    int size() {
        return out.size();
    }

    StreamWriter command(StreamCommandType type, Consumer<Body> fill) {
        return command(type.number(), fill);
    }

    StreamWriter command(int type, Consumer<Body> fill) {
        Body body = new Body();
        fill.accept(body);
        byte[] bytes = body.bytes.toByteArray();
        byte[] all = new byte[10 + bytes.length];
        ByteBuffer header = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(0, bytes.length).putShort(4, (short) type).put(10, bytes);
        header.putInt(6, crc(all));
        out.writeBytes(all);
        return this;
    }

    /** Bit by bit, unlike the reader. */
    private static int crc(byte[] bytes) {
        int crc = 0;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int i = 0; i < 8; i++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
            }
        }
        return crc;
    }

    StreamWriter raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    StreamWriter subvolume(String name) {
        return command(
                StreamCommandType.SUBVOL,
                b -> b.path(name).uuid(StreamAttribute.UUID, ID).u64(StreamAttribute.CTRANSID, 7));
    }

    StreamWriter onPath(StreamCommandType type, String path) {
        return command(type, b -> b.path(path).u64(StreamAttribute.INO, 257));
    }

    StreamWriter write(String path, long offset, byte[] data) {
        return command(
                StreamCommandType.WRITE,
                b -> b.path(path).u64(StreamAttribute.FILE_OFFSET, offset).put(StreamAttribute.DATA, data));
    }

    StreamWriter symlink(String path, String target) {
        return command(StreamCommandType.SYMLINK, b -> b.path(path).text(StreamAttribute.PATH_LINK, target));
    }

    StreamWriter end() {
        return command(StreamCommandType.END, b -> {});
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    ReadableByteChannel channel() {
        return channel(bytes());
    }

    static ReadableByteChannel channel(byte[] bytes) {
        return Channels.newChannel(new ByteArrayInputStream(bytes));
    }
}
