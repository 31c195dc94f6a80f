package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class NamesTest {
    @Property
    void anyBytesAreANameOrAreRefused(@ForAll @Size(max = 300) byte[] bytes) {
        boolean dots = bytes.length > 0
                && bytes.length < 3
                && new String(bytes, StandardCharsets.ISO_8859_1).chars().allMatch(c -> c == '.');
        boolean valid =
                bytes.length > 0 && bytes.length <= 255 && !dots && !contains(bytes, 0) && !contains(bytes, '/');
        if (valid) {
            EntryName name = EntryName.ofBytes(bytes);
            assertThat(name.bytes()).isEqualTo(bytes);
            assertThat(name.terminated()).hasSize(bytes.length + 1).endsWith(0);
        } else {
            assertThatThrownBy(() -> EntryName.ofBytes(bytes)).isInstanceOf(BtrfsException.BadName.class);
        }
    }

    private static boolean contains(byte[] bytes, int value) {
        for (byte b : bytes) {
            if (b == value) {
                return true;
            }
        }
        return false;
    }

    @Property
    void differentNamesAreShownDifferently(@ForAll("names") byte[] one, @ForAll("names") byte[] other) {
        EntryName a = EntryName.ofBytes(one);
        EntryName b = EntryName.ofBytes(other);
        assertThat(a.toString().equals(b.toString())).isEqualTo(a.equals(b));
        assertThat(a.toString().chars().noneMatch(Character::isISOControl)).isTrue();
    }

    @Provide
    Arbitrary<byte[]> names() {
        return Arbitraries.bytes()
                .filter(b -> b != 0 && b != '/' && b != '.')
                .array(byte[].class)
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Property
    void textIsShownAsItIs(@ForAll("words") String word) {
        assertThat(EntryName.of(word).toString()).isEqualTo(word);
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars("äß€漢-_#:")
                .ofMinLength(1)
                .ofMaxLength(60);
    }

    @Property
    void theNextKeyIsOneMore(
            @ForAll long objectid, @ForAll @IntRange(max = 255) int type, @ForAll("edges") long offset) {
        SearchKey key = new SearchKey(objectid, type, offset);
        BigInteger modulus = BigInteger.ONE.shiftLeft(136);
        assertThat(number(key.next())).isEqualTo(number(key).add(BigInteger.ONE).mod(modulus));
    }

    @Property
    void keysAreOrderedAsNumbers(
            @ForAll("edges") long one, @ForAll("edges") long other, @ForAll @IntRange(max = 255) int type) {
        SearchKey a = new SearchKey(one, type, other);
        SearchKey b = new SearchKey(other, 128, one);
        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(number(a).compareTo(number(b)));
    }

    @Provide
    Arbitrary<Long> edges() {
        return Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.of(0L, 1L, -1L, -2L, Long.MIN_VALUE, 255L, 256L));
    }

    private static BigInteger number(SearchKey key) {
        return new BigInteger(Long.toUnsignedString(key.objectid()))
                .shiftLeft(72)
                .add(BigInteger.valueOf(key.type()).shiftLeft(64))
                .add(new BigInteger(Long.toUnsignedString(key.offset())));
    }

    @Property
    void theSetOfNumbersIsASet(@ForAll @Size(max = 500) long[] numbers) {
        Set<Long> expected = new HashSet<>();
        LongSet set = new LongSet();
        for (long number : numbers) {
            if (number != 0) {
                assertThat(set.add(number)).isEqualTo(expected.add(number));
            }
        }
        assertThat(set.size()).isEqualTo(expected.size());
    }
}
