package io.nspawn.btrfs;

import static io.nspawn.btrfs.StreamAttribute.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendStreamReaderTest {
    private static final int HEADER = 17;
    private static final int BODY = HEADER + 10;

    private static SendCommand first(StreamWriter writer) throws IOException {
        return SendStreamReader.open(writer.channel()).next();
    }

    private static SendCommand decode(int version, StreamCommandType type, Consumer<StreamWriter.Body> fill)
            throws IOException {
        return first(new StreamWriter(version).command(type, fill));
    }

    private static StreamPath path(String text) {
        return StreamPath.ofBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void refuses(byte[] stream, long offset, String why) {
        assertThatThrownBy(() -> readAll(StreamWriter.channel(stream)))
                .isInstanceOfSatisfying(BtrfsException.BadStream.class, e -> {
                    assertThat(e.offset()).as(e.getMessage()).isEqualTo(offset);
                    assertThat(e).hasMessageContaining(why).hasMessageContaining("offset " + offset);
                    assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                });
    }

    private static void refuses(int version, StreamCommandType type, Consumer<StreamWriter.Body> fill, String why) {
        assertThatThrownBy(() -> decode(version, type, fill))
                .isInstanceOf(BtrfsException.BadStream.class)
                .hasMessageContaining(why);
    }

    private static List<SendCommand> readAll(ReadableByteChannel channel) throws IOException {
        SendStreamReader reader = SendStreamReader.open(channel);
        List<SendCommand> commands = new ArrayList<>();
        do {
            commands.add(reader.next());
        } while (!(commands.get(commands.size() - 1) instanceof SendCommand.End));
        return commands;
    }

    @Test
    void theChecksumIsTheKernels() {
        // CRC-32C of "123456789" is e3069283; from zero and not inverted it is 58e3fa20.
        assertThat(SendStreamReader.checksum(bytes("123456789"))).isEqualTo(0x58e3fa20);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aWholeSubvolumeIsDecoded(int version) throws IOException {
        byte[] data = {1, 2, 3};
        StreamWriter writer = new StreamWriter(version)
                .subvolume("sub")
                .onPath(StreamCommandType.MKFILE, "a/b")
                .write("a/b", 4096, data)
                .end();
        SendStreamReader reader = SendStreamReader.open(writer.raw((byte) 9).channel());
        assertThat(reader.version()).isEqualTo(version);
        assertThat(reader.next()).isEqualTo(new SendCommand.MakeSubvolume(EntryName.of("sub"), StreamWriter.ID, 7));
        assertThat(reader.next()).isEqualTo(new SendCommand.MakeFile(path("a/b")));
        assertThat(reader.next()).isEqualTo(new SendCommand.Write(path("a/b"), 4096, ByteBuffer.wrap(data)));
        assertThat(reader.next()).isEqualTo(new SendCommand.End());
        assertThat(reader.position()).isEqualTo(writer.size() - 1);
        assertThat(reader.next()).isEqualTo(new SendCommand.End());
        assertThat(reader.position()).as("nothing behind the end is read").isEqualTo(writer.size() - 1);
    }

    @Test
    void everyCommandIsDecoded() throws IOException {
        UUID id = StreamWriter.ID;
        UUID parent = StreamWriter.PARENT;
        StreamPath p = path("p");
        assertThat(decode(
                        1,
                        StreamCommandType.SNAPSHOT,
                        b -> b.path("s")
                                .uuid(UUID, id)
                                .u64(CTRANSID, 5)
                                .uuid(CLONE_UUID, parent)
                                .u64(CLONE_CTRANSID, 4)))
                .isEqualTo(new SendCommand.MakeSnapshot(EntryName.of("s"), id, 5, parent, 4));
        assertThat(decode(1, StreamCommandType.MKDIR, b -> b.path("p"))).isEqualTo(new SendCommand.MakeDirectory(p));
        assertThat(decode(
                        1,
                        StreamCommandType.MKNOD,
                        b -> b.path("p").u64(MODE, 020600).u64(RDEV, 0x103)))
                .isEqualTo(new SendCommand.MakeNode(p, 020600, 0x103));
        assertThat(decode(1, StreamCommandType.MKFIFO, b -> b.path("p"))).isEqualTo(new SendCommand.MakeFifo(p));
        assertThat(decode(1, StreamCommandType.MKSOCK, b -> b.path("p"))).isEqualTo(new SendCommand.MakeSocket(p));
        assertThat(decode(1, StreamCommandType.SYMLINK, b -> b.path("p").text(PATH_LINK, "/../x")))
                .isEqualTo(new SendCommand.MakeSymlink(p, bytes("/../x")));
        assertThat(decode(1, StreamCommandType.RENAME, b -> b.path("p").text(PATH_TO, "q/r")))
                .isEqualTo(new SendCommand.Rename(p, path("q/r")));
        assertThat(decode(1, StreamCommandType.LINK, b -> b.path("p").text(PATH_LINK, "q")))
                .isEqualTo(new SendCommand.Link(p, path("q")));
        assertThat(decode(1, StreamCommandType.UNLINK, b -> b.path("p"))).isEqualTo(new SendCommand.Unlink(p));
        assertThat(decode(1, StreamCommandType.RMDIR, b -> b.path("p"))).isEqualTo(new SendCommand.RemoveDirectory(p));
        assertThat(decode(
                        1,
                        StreamCommandType.SET_XATTR,
                        b -> b.path("").text(XATTR_NAME, "user.a").text(XATTR_DATA, "v")))
                .isEqualTo(new SendCommand.SetXattr(StreamPath.ROOT, bytes("user.a"), bytes("v")));
        assertThat(decode(1, StreamCommandType.REMOVE_XATTR, b -> b.path("p").text(XATTR_NAME, "user.a")))
                .isEqualTo(new SendCommand.RemoveXattr(p, bytes("user.a")));
        assertThat(decode(
                        1,
                        StreamCommandType.CLONE,
                        b -> b.path("p")
                                .u64(FILE_OFFSET, 1)
                                .u64(CLONE_LEN, 2)
                                .uuid(CLONE_UUID, parent)
                                .u64(CLONE_CTRANSID, 3)
                                .text(CLONE_PATH, "q")
                                .u64(CLONE_OFFSET, 4)))
                .isEqualTo(new SendCommand.Clone(p, 1, 2, parent, 3, path("q"), 4));
        assertThat(decode(1, StreamCommandType.TRUNCATE, b -> b.path("p").u64(SIZE, 9)))
                .isEqualTo(new SendCommand.Truncate(p, 9));
        assertThat(decode(1, StreamCommandType.CHMOD, b -> b.path("p").u64(MODE, 0104755)))
                .isEqualTo(new SendCommand.ChangeMode(p, 04755));
        assertThat(decode(
                        1,
                        StreamCommandType.CHOWN,
                        b -> b.path("p").u64(UID, 0xfffffffeL).u64(GID, 2)))
                .isEqualTo(new SendCommand.ChangeOwner(p, -2, 2));
        assertThat(decode(
                        1,
                        StreamCommandType.UPDATE_EXTENT,
                        b -> b.path("p").u64(FILE_OFFSET, 1).u64(SIZE, 2)))
                .isEqualTo(new SendCommand.UpdateExtent(p, 1, 2));
        assertThat(decode(
                        1,
                        StreamCommandType.UTIMES,
                        b -> b.path("p")
                                .time(ATIME, Long.MIN_VALUE, 1)
                                .time(MTIME, 2, 999_999_999)
                                .time(CTIME, 3, 0)))
                .isEqualTo(new SendCommand.SetTimes(
                        p,
                        new StreamTime(Long.MIN_VALUE, 1),
                        new StreamTime(2, 999_999_999),
                        new StreamTime(3, 0),
                        Optional.empty()));
    }

    @Test
    void whatProtocol2And3AddIsDecoded() throws IOException {
        StreamPath p = path("p");
        assertThat(decode(
                        2,
                        StreamCommandType.FALLOCATE,
                        b -> b.path("p")
                                .u32(FALLOCATE_MODE, 3)
                                .u64(FILE_OFFSET, 1)
                                .u64(SIZE, 2)))
                .isEqualTo(new SendCommand.Allocate(p, 3, 1, 2));
        assertThat(decode(2, StreamCommandType.FILEATTR, b -> b.path("p").u64(FILEATTR, 8)))
                .isEqualTo(new SendCommand.SetFlags(p, 8));
        assertThat(decode(
                        2,
                        StreamCommandType.ENCODED_WRITE,
                        b -> b.path("p")
                                .u64(FILE_OFFSET, 4096)
                                .u64(UNENCODED_FILE_LEN, 8)
                                .u64(UNENCODED_LEN, 16)
                                .u64(UNENCODED_OFFSET, 4)
                                .u32(COMPRESSION, 2)
                                .text(DATA, "xyz")))
                .isEqualTo(new SendCommand.EncodedWrite(p, 4096, 8, 16, 4, Compression.ZSTD, bytes("xyz")));
        assertThat(decode(
                        3,
                        StreamCommandType.ENABLE_VERITY,
                        b -> b.path("p")
                                .u8(VERITY_ALGORITHM, 1)
                                .u32(VERITY_BLOCK_SIZE, 4096)
                                .text(VERITY_SALT_DATA, "s")
                                .text(VERITY_SIG_DATA, "")))
                .isEqualTo(new SendCommand.EnableVerity(p, 1, 4096, bytes("s"), bytes("")));
    }

    @Test
    void aCutStreamIsRefusedWhereverItIsCut() {
        byte[] whole = new StreamWriter(2)
                .subvolume("sub")
                .write("f", 0, new byte[100])
                .end()
                .bytes();
        for (int cut = 0; cut < whole.length; cut++) {
            refuses(Arrays.copyOf(whole, cut), cut, "the stream ends within the");
        }
    }

    @Test
    void aFlippedBitIsRefused() {
        byte[] whole = new StreamWriter(1).subvolume("sub").end().bytes();
        for (int at = BODY; at < whole.length - 10; at++) {
            byte[] bad = whole.clone();
            bad[at] ^= 4;
            refuses(bad, HEADER, "the checksum of the command is");
        }
    }

    @Test
    void whatIsNoStreamIsRefused() {
        refuses("btrfs-streak\0....".getBytes(StandardCharsets.US_ASCII), 11, "this is no send stream");
        refuses(new byte[17], 0, "this is no send stream");
        refuses(new StreamWriter(0).bytes(), 13, "protocol 0 is not known");
        refuses(new StreamWriter(4).bytes(), 13, "protocol 4 is not known");
    }

    @Test
    void aCommandThatIsTooLongIsRefusedBeforeItIsRead() {
        byte[] most = {0, 0, 0, 0, 1, 0, 0, 0, 0, 0};
        most[2] = 1;
        refuses(new StreamWriter(1).raw(most).bytes(), HEADER, "a command of 65536 bytes, more than 65526");
        most[3] = (byte) 0x80;
        refuses(new StreamWriter(2).raw(most).bytes(), HEADER, "a command of 2147549184 bytes");
    }

    @Test
    void commandsAndAttributesOfALaterProtocolAreRefused() {
        refuses(new StreamWriter(1).command(23, b -> {}).bytes(), HEADER, "protocol 1 has no command 23");
        refuses(new StreamWriter(2).command(26, b -> {}).bytes(), HEADER, "protocol 2 has no command 26");
        refuses(new StreamWriter(3).command(27, b -> {}).bytes(), HEADER, "protocol 3 has no command 27");
        refuses(new StreamWriter(3).command(0, b -> {}).bytes(), HEADER, "protocol 3 has no command 0");
        refuses(new StreamWriter(1).command(3, b -> b.raw(25, 0, new byte[0])).bytes(), BODY, "no attribute 25");
        refuses(new StreamWriter(3).command(3, b -> b.raw(36, 0, new byte[0])).bytes(), BODY, "no attribute 36");
        refuses(new StreamWriter(3).command(3, b -> b.raw(0, 0, new byte[0])).bytes(), BODY, "no attribute 0");
    }

    @Test
    void anAttributeThatDoesNotFitIsRefused() {
        int path = PATH.number();
        refuses(
                new StreamWriter(1).command(3, b -> b.raw(path, 5, new byte[4])).bytes(),
                BODY,
                "the attribute PATH of 5 bytes is longer than the 4 bytes that are left");
        refuses(
                new StreamWriter(1)
                        .command(3, b -> b.path("a").raw(path, 1, new byte[1]))
                        .bytes(),
                BODY + 5,
                "the attribute PATH comes twice");
        refuses(1, StreamCommandType.MKFILE, b -> b.u64(INO, 1), "the attribute PATH is missing");
        refuses(1, StreamCommandType.TRUNCATE, b -> b.path("p").u32(SIZE, 1), "has 4 bytes instead of 8");
        refuses(1, StreamCommandType.MKFILE, b -> b.path("x/".repeat(2048) + "x"), "instead of 0 to 4095");
        refuses(1, StreamCommandType.REMOVE_XATTR, b -> b.path("p").text(XATTR_NAME, "x".repeat(256)), "1 to 255");
        refuses(1, StreamCommandType.SYMLINK, b -> b.path("p").text(PATH_LINK, "x".repeat(4096)), "1 to 4095");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x", "a/../../x", "/etc/passwd", "/", "a//b", "a/", "./a", "a/.", "a\0b"})
    void aPathThatLeadsOutOfTheSubvolumeIsRefused(String path) {
        String why = "no path below the subvolume";
        refuses(1, StreamCommandType.MKFILE, b -> b.path(path), why);
        refuses(1, StreamCommandType.RENAME, b -> b.path("a").text(PATH_TO, path), why);
        refuses(1, StreamCommandType.LINK, b -> b.path("a").text(PATH_LINK, path), why);
        refuses(
                1,
                StreamCommandType.CLONE,
                b -> b.path("p")
                        .u64(FILE_OFFSET, 0)
                        .u64(CLONE_LEN, 1)
                        .uuid(CLONE_UUID, StreamWriter.ID)
                        .u64(CLONE_CTRANSID, 3)
                        .text(CLONE_PATH, path)
                        .u64(CLONE_OFFSET, 4),
                why);
        refuses(
                1,
                StreamCommandType.SUBVOL,
                b -> b.path(path).uuid(UUID, StreamWriter.ID).u64(CTRANSID, 1),
                "the attribute PATH is no name");
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        refuses(1, StreamCommandType.TRUNCATE, b -> b.path("p").u64(SIZE, -1), "18446744073709551615, more than");
        refuses(1, StreamCommandType.CHMOD, b -> b.path("p").u64(MODE, 0x10000), "more than");
        refuses(
                1,
                StreamCommandType.CHOWN,
                b -> b.path("p").u64(UID, 0xffffffffL).u64(GID, 0),
                "UID is 4294967295");
        refuses(
                1,
                StreamCommandType.UPDATE_EXTENT,
                b -> b.path("p").u64(FILE_OFFSET, 1).u64(SIZE, Long.MAX_VALUE),
                "");
        refuses(
                1,
                StreamCommandType.UTIMES,
                b -> b.path("p").time(ATIME, 0, 0x3fffffff).time(MTIME, 0, 0).time(CTIME, 0, 0),
                "the attribute ATIME is no time");
        refuses(
                1,
                StreamCommandType.SUBVOL,
                b -> b.path("s").uuid(UUID, new UUID(0, 0)).u64(CTRANSID, 1),
                "zero");
        refuses(1, StreamCommandType.RMDIR, b -> b.path(""), "the root of the subvolume");
    }

    @Test
    void anEncodedWriteOfMoreThanAnExtentIsRefused() {
        for (long[] wrong : new long[][] {{131073, 0, 131073, 0}, {8, 4, 5, 0}, {8, 9, 0, 0}, {8, 0, 8, 8}}) {
            refuses(
                    2,
                    StreamCommandType.ENCODED_WRITE,
                    b -> b.path("p")
                            .u64(FILE_OFFSET, 0)
                            .u64(UNENCODED_LEN, wrong[0])
                            .u64(UNENCODED_OFFSET, wrong[1])
                            .u64(UNENCODED_FILE_LEN, wrong[2])
                            .u32(COMPRESSION, (int) wrong[3])
                            .text(DATA, ""),
                    "");
        }
    }

    @Test
    void aChannelThatGivesSingleBytesIsReadToo() throws IOException {
        ByteBuffer stream = ByteBuffer.wrap(
                new StreamWriter(2).write("f", 0, new byte[300]).end().bytes());
        ReadableByteChannel drops = new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer to) {
                if (!stream.hasRemaining()) {
                    return -1;
                }
                to.put(stream.get());
                return 1;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        assertThat(readAll(drops)).hasSize(2);
    }
}
