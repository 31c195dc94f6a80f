package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever a stream holds: a command, or the one exception. */
class SendStreamPropertiesTest {
    /** Writes one attribute. */
    interface Attribute {
        void addTo(StreamWriter.Body body);

        static Attribute of(int type, int toldLength, byte[] value) {
            return body -> body.raw(type, toldLength, value);
        }
    }

    /** Reads to the end or to the fault, and returns the number of commands. */
    private static int read(byte[] stream) throws IOException {
        int commands = 0;
        try {
            SendStreamReader reader = SendStreamReader.open(StreamWriter.channel(stream));
            while (!(reader.next() instanceof SendCommand.End)) {
                commands++;
            }
        } catch (BtrfsException.BadStream e) {
            assertThat(e.offset()).isBetween(0L, (long) stream.length);
        }
        return commands;
    }

    @Property(tries = 500)
    void randomBytesAreRefusedAndNothingElse(@ForAll @Size(max = 300) byte[] bytes) throws IOException {
        read(bytes);
        read(new StreamWriter(2).raw(bytes).bytes());
    }

    @Property(tries = 1000)
    void commandsWithRightChecksumsAndAnyContent(
            @ForAll @IntRange(min = 1, max = 3) int version,
            @ForAll @IntRange(max = 30) int type,
            @ForAll("attributes") java.util.List<Attribute> attributes)
            throws IOException {
        StreamWriter writer = new StreamWriter(version)
                .command(type, b -> attributes.forEach(a -> a.addTo(b)))
                .end();
        assertThat(read(writer.bytes())).isLessThanOrEqualTo(1);
    }

    @Provide
    Arbitrary<java.util.List<Attribute>> attributes() {
        Arbitrary<byte[]> values = Arbitraries.oneOf(
                Arbitraries.bytes().array(byte[].class).ofMaxSize(20),
                Arbitraries.of(8, 4, 12, 16)
                        .flatMap(size -> Arbitraries.bytes().array(byte[].class).ofSize(size)),
                Arbitraries.of("a", "a/b", "../a", "", "/", "user.x")
                        .map(text -> text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        Arbitrary<Attribute> mostlyRight = Combinators.combine(
                        Arbitraries.integers().between(0, 36), values)
                .as((type, value) -> Attribute.of(type, value.length, value));
        Arbitrary<Attribute> wrong = Combinators.combine(
                        Arbitraries.integers().between(0, 65535),
                        Arbitraries.integers().between(0, 65535),
                        values)
                .as(Attribute::of);
        return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(9, mostlyRight), net.jqwik.api.Tuple.of(1, wrong))
                .list()
                .ofMaxSize(12);
    }

    @Property(tries = 500)
    void aMutatedStreamIsReadOrRefused(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int version)
            throws IOException {
        byte[] stream = new StreamWriter(version)
                .subvolume("sub")
                .onPath(StreamCommandType.MKFILE, "f")
                .write("f", 0, new byte[50])
                .symlink("l", "t")
                .end()
                .bytes();
        Random random = new Random(seed);
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            stream[random.nextInt(stream.length)] = (byte) random.nextInt();
        }
        assertThat(read(stream)).isLessThanOrEqualTo(4);
    }

    @Property(tries = 200)
    void aCutStreamIsNeverTakenForAWholeOne(@ForAll @IntRange(max = 160) int length) throws IOException {
        byte[] whole = new StreamWriter(1)
                .subvolume("sub")
                .write("f", 0, new byte[60])
                .end()
                .bytes();
        assertThat(whole.length).isGreaterThan(160);
        assertThat(read(java.util.Arrays.copyOf(whole, length))).isLessThanOrEqualTo(2);
    }
}
