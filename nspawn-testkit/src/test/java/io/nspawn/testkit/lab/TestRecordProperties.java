package io.nspawn.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TestRecordProperties {
    @Property
    void aLineCarriesARecord(
            @ForAll String key,
            @ForAll String name,
            @ForAll boolean isTest,
            @ForAll TestRecord.End end,
            @ForAll String reason,
            @ForAll String before) {
        TestRecord record = new TestRecord(
                new TestKey(wellFormed(key)), wellFormed(name), isTest, end, wellFormed(reason), Optional.empty());
        String line = record.toLine();
        assertThat(line).doesNotContain("\n");
        assertThat(TestRecord.fromLine(wellFormed(before).replace('\u0001', ' ') + line))
                .contains(record);
    }

    @Property
    void anyOtherLineIsNone(@ForAll String line) {
        assertThat(TestRecord.fromLine(line)).isEmpty();
    }

    @Test
    void aThrowableArrivesWithItsCausesAndSuppressed() {
        AssertionError thrown = new AssertionError("outer\nsecond line", new IllegalStateException("inner"));
        thrown.addSuppressed(new NullPointerException());
        TestRecord record = new TestRecord(
                TestKey.RUN, "", true, TestRecord.End.FAILED, "", Optional.of(RemoteThrowable.of(thrown)));
        assertThat(TestRecord.fromLine(record.toLine())).contains(record);
        Throwable arrived = RemoteThrowable.of(thrown).toThrowable();
        assertThat(arrived)
                .isInstanceOf(AssertionError.class)
                .hasToString(thrown.toString())
                .hasMessage(thrown.getMessage());
        assertThat(arrived.getStackTrace())
                .extracting(StackTraceElement::getMethodName)
                .contains("aThrowableArrivesWithItsCausesAndSuppressed");
        assertThat(arrived).cause().hasToString("java.lang.IllegalStateException: inner");
        assertThat(List.of(arrived.getSuppressed())).singleElement().hasToString("java.lang.NullPointerException");
    }

    @Test
    void aCircleOfCausesEnds() {
        Exception one = new Exception("one");
        one.initCause(new Exception("two", one));
        Throwable arrived = RemoteThrowable.of(one).toThrowable();
        int depth = 0;
        for (Throwable t = arrived; t != null; t = t.getCause()) {
            depth++;
        }
        assertThat(depth).isEqualTo(17);
    }

    /** UTF-8 has no lone surrogates. */
    private static String wellFormed(String text) {
        return text.codePoints()
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
