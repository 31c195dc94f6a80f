package io.nspawn.config;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Texts that a systemd file can hold, biased to what has a meaning in one. */
final class Texts {
    private static final String SPECIAL = "\"'\\ :%=#;[]$*?~,\t\u00a0\u2003\u000c\u000bäß€😀";

    private Texts() {}

    /** Any text without a line break, NUL, or what no valid UTF-8 file holds. */
    static Arbitrary<String> line() {
        Arbitrary<Integer> special = Arbitraries.of(SPECIAL.codePoints().boxed().toList());
        Arbitrary<Integer> letter =
                Arbitraries.of("abcXYZ019/-_.".codePoints().boxed().toList());
        Arbitrary<Integer> any = Arbitraries.integers().between(1, 0x10ffff).filter(Texts::isHoldable);
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(4, special),
                        net.jqwik.api.Tuple.of(4, letter),
                        net.jqwik.api.Tuple.of(1, any))
                .list()
                .ofMaxSize(12)
                .map(Texts::text);
    }

    /** What a value keeps at its ends. */
    static Arbitrary<String> value() {
        return line().map(Texts::strip).filter(v -> !endsInsideEscape(v));
    }

    static Arbitrary<String> key() {
        return Arbitraries.strings().withChars("ABCXYZabc019-_").ofMinLength(1).ofMaxLength(8);
    }

    static Arbitrary<SystemdFile> file() {
        Arbitrary<SystemdFile.Entry> entry = Combinators.combine(key(), value()).as(SystemdFile.Entry::new);
        Arbitrary<SystemdFile.Section> section = Combinators.combine(
                        key(), entry.list().ofMinSize(1).ofMaxSize(4))
                .as(SystemdFile.Section::new);
        return Combinators.combine(line().list().ofMaxSize(2), section.list().ofMaxSize(4))
                .as(SystemdFile::new);
    }

    private static boolean isHoldable(int c) {
        boolean lineEnd = c == '\n' || c == '\r';
        boolean surrogate = c >= 0xd800 && c <= 0xdfff;
        boolean reserved = (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
        return !lineEnd && !surrogate && !reserved;
    }

    private static String text(List<Integer> codePoints) {
        StringBuilder out = new StringBuilder();
        codePoints.forEach(out::appendCodePoint);
        return out.toString();
    }

    private static String strip(String text) {
        return text.replaceAll("^[ \\t]+|[ \\t]+$", "");
    }

    private static boolean endsInsideEscape(String value) {
        return value.matches("(?s)(.*[^\\\\])?(\\\\\\\\)*\\\\");
    }
}
