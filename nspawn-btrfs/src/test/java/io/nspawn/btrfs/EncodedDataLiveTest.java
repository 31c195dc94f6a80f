package io.nspawn.btrfs;

import static io.nspawn.btrfs.StreamAttribute.COMPRESSION;
import static io.nspawn.btrfs.StreamAttribute.DATA;
import static io.nspawn.btrfs.StreamAttribute.FILE_OFFSET;
import static io.nspawn.btrfs.StreamAttribute.UNENCODED_FILE_LEN;
import static io.nspawn.btrfs.StreamAttribute.UNENCODED_LEN;
import static io.nspawn.btrfs.StreamAttribute.UNENCODED_OFFSET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed data: written as it is, or decompressed where the kernel refuses it. */
class EncodedDataLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs(512L << 20);

    private static final int EXTENT = 128 << 10;

    private static Path compressedSnapshot(String method) throws IOException {
        SendSupport.requireProtocol2();
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("live"));
        Shell.run("btrfs", "property", "set", path.resolve("live"), "compression", method);
        Files.writeString(path.resolve("live/text"), "the same line again and again\n".repeat(50_000));
        Files.writeString(path.resolve("live/odd"), "no multiple of anything".repeat(777));
        Subvolumes.snapshot(path.resolve("live"), path.resolve("snapshot"), SnapshotOption.READ_ONLY);
        return path.resolve("snapshot");
    }

    private static void receive(Kernel kernel, Path snapshot, Path into) throws IOException {
        try (Subvolume subvolume = Subvolume.open(snapshot);
                SendChannel channel = subvolume.send(SendOptions.whole().compressed());
                Directory directory = Directory.open(kernel, into)) {
            directory.receive(channel);
        }
    }

    /** The running kernel, which notes what it answers to encoded writes. */
    private static Kernel noting(List<Integer> answers) {
        Kernel real = Kernel.system();
        return (Kernel) Proxy.newProxyInstance(
                Kernel.class.getClassLoader(), new Class<?>[] {Kernel.class}, (proxy, method, arguments) -> {
                    Object answer = method.invoke(real, arguments);
                    if (method.getName().equals("ioctl") && arguments[1].equals(Ioctl.ENCODED_WRITE.request())) {
                        answers.add((Integer) answer);
                    }
                    return answer;
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"zlib", "zstd", "lzo"})
    void compressedDataStaysAsItIs(String method) throws IOException {
        Path snapshot = compressedSnapshot(method);
        Path into = BTRFS.directory();
        List<Integer> answers = new ArrayList<>();
        receive(noting(answers), snapshot, into);
        assertThat(TreeImage.of(into.resolve("snapshot"))).isEqualTo(TreeImage.of(snapshot));
        assertThat(answers).isNotEmpty().allMatch(answer -> answer > 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ENOTTY", "EINVAL", "EPERM"})
    void zlibIsDecompressedWhereTheKernelRefusesIt(String errno) throws IOException {
        Path snapshot = compressedSnapshot("zlib");
        Path into = BTRFS.directory();
        int number = Errno.valueOf(errno).intValue();
        receive(FaultyKernel.refusing(Ioctl.ENCODED_WRITE, number), snapshot, into);
        assertThat(TreeImage.of(into.resolve("snapshot"))).isEqualTo(TreeImage.of(snapshot));
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "lzo"})
    void whatNeitherTheKernelNorJavaTakesIsUnsupported(String method) throws IOException {
        Path snapshot = compressedSnapshot(method);
        Path into = BTRFS.directory();
        FaultyKernel kernel = FaultyKernel.refusing(Ioctl.ENCODED_WRITE, Errno.ENOTTY.intValue());
        assertThatThrownBy(() -> receive(kernel, snapshot, into))
                .isInstanceOf(BtrfsException.Unsupported.class)
                .hasMessageContaining("ENOTTY")
                .hasMessageMatching("(?s).*(ZSTD|LZO_\\d+K) data.*");
        assertThat(into).isEmptyDirectory();
    }

    @Test
    void anotherErrorOfTheKernelIsNoReasonToDecompress() throws IOException {
        Path snapshot = compressedSnapshot("zlib");
        Path into = BTRFS.directory();
        FaultyKernel kernel = FaultyKernel.refusing(Ioctl.ENCODED_WRITE, Errno.EIO.intValue());
        assertThatThrownBy(() -> receive(kernel, snapshot, into))
                .isInstanceOf(BtrfsException.Other.class)
                .hasMessageContaining("EIO");
        assertThat(into).isEmptyDirectory();
    }

    private static byte[] deflated(byte[] plain) {
        Deflater deflater = new Deflater();
        deflater.setInput(plain);
        deflater.finish();
        byte[] room = new byte[plain.length + 100];
        return Arrays.copyOf(room, deflater.deflate(room));
    }

    private static StreamWriter encoded(byte[] data, int fileLength, int length, int offset, int compression) {
        return new StreamWriter(2)
                .subvolume("sub")
                .onPath(StreamCommandType.MKFILE, "f")
                .command(
                        StreamCommandType.ENCODED_WRITE,
                        b -> b.path("f")
                                .u64(FILE_OFFSET, 0)
                                .u64(UNENCODED_FILE_LEN, fileLength)
                                .u64(UNENCODED_LEN, length)
                                .u64(UNENCODED_OFFSET, offset)
                                .u32(COMPRESSION, compression)
                                .put(DATA, data))
                .end();
    }

    private static Path received(StreamWriter stream, Kernel kernel) throws IOException {
        Path into = BTRFS.directory();
        try (Directory directory = Directory.open(kernel, into)) {
            directory.receive(stream.channel());
        }
        return into.resolve("sub/f");
    }

    @Test
    void aPartOfAnExtentIsTakenAndWhatIsMissingIsZero() throws IOException {
        Kernel old = FaultyKernel.refusing(Ioctl.ENCODED_WRITE, Errno.ENOTTY.intValue());
        byte[] plain = SampleTree.random(10_000);
        Path part = received(encoded(deflated(plain), 5000, 10_000, 3000, 1), old);
        assertThat(part).hasBinaryContent(Arrays.copyOfRange(plain, 3000, 8000));
        Path zeros = received(encoded(deflated(plain), 12_000, 12_000, 0, 1), old);
        assertThat(zeros).hasBinaryContent(Arrays.copyOf(plain, 12_000));
        Path none = received(encoded(plain, 100, 10_000, 7, 0), Kernel.system());
        assertThat(none).hasBinaryContent(Arrays.copyOfRange(plain, 7, 107));
    }

    @Test
    void dataThatIsNotWhatItIsSaidToBeIsRefused() throws IOException {
        Kernel old = FaultyKernel.refusing(Ioctl.ENCODED_WRITE, Errno.ENOTTY.intValue());
        byte[] right = deflated(new byte[EXTENT]);
        for (StreamWriter stream : List.of(
                encoded(SampleTree.random(500), EXTENT, EXTENT, 0, 1),
                encoded(Arrays.copyOf(right, right.length - 20), EXTENT, EXTENT, 0, 1),
                encoded(new byte[0], EXTENT, EXTENT, 0, 1),
                encoded(new byte[10], 11, 11, 0, 0))) {
            assertThatThrownBy(() -> received(stream, old))
                    .isInstanceOf(BtrfsException.Other.class)
                    .hasMessageContaining("the data is not");
        }
    }
}
