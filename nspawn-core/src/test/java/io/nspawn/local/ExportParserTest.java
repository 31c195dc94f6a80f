package io.nspawn.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.JournalEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportParserTest {
    private static final byte[] BINARY = {0, '\n', '=', (byte) 0xff, '\n', '\n', 'M'};

    private final List<JournalEntry> entries = new ArrayList<>();
    private final ExportParser parser = new ExportParser(entries::add);

    private static void text(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void sized(ByteArrayOutputStream out, String field, byte[] value) {
        text(out, field + "\n");
        out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value.length)
                .array());
        out.writeBytes(value);
        text(out, "\n");
    }

    private static byte[] twoEntries() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text(out, "__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1700000000123456\nPRIORITY=3\nMESSAGE=a=b ä\n");
        text(out, "_SYSTEMD_UNIT=x.service\nTAG=one\nTAG=two\nEMPTY=\n\n");
        sized(out, "MESSAGE", BINARY);
        sized(out, "NONE", new byte[0]);
        text(out, "__CURSOR=s=1;i=3\n\n");
        return out.toByteArray();
    }

    /** However the stream is cut, the entries are the same. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 64, 4096})
    void entriesAreWholeHoweverTheyCome(int piece) throws IOException {
        byte[] bytes = twoEntries();
        for (int at = 0; at < bytes.length; at += piece) {
            parser.write(bytes, at, Math.min(piece, bytes.length - at));
        }

        assertThat(entries).hasSize(2);
        JournalEntry first = entries.get(0);
        assertThat(first.message()).isEqualTo("a=b ä");
        assertThat(first.priority()).hasValue(3);
        assertThat(first.unit()).hasValue("x.service");
        assertThat(first.cursor()).isEqualTo("s=1;i=2");
        assertThat(first.time()).isEqualTo(Instant.parse("2023-11-14T22:13:20.123456Z"));
        assertThat(first.values("TAG"))
                .map(v -> new String(v, StandardCharsets.UTF_8))
                .containsExactly("one", "two");
        assertThat(first.text("EMPTY")).hasValue("");
        assertThat(first.text("ABSENT")).isEmpty();
        JournalEntry second = entries.get(1);
        assertThat(second.values("MESSAGE").get(0)).isEqualTo(BINARY);
        assertThat(second.values("NONE").get(0)).isEmpty();
        assertThat(second.cursor()).isEqualTo("s=1;i=3");
    }

    @Test
    void aLengthThatCannotBeIsRefused() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text(out, "MESSAGE\n");
        out.writeBytes(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});

        assertThatThrownBy(() -> parser.write(out.toByteArray())).isInstanceOf(IOException.class);
    }

    @Test
    void bytesThatGoOnPastTheirLengthAreRefused() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text(out, "MESSAGE\n");
        out.writeBytes(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 'a', 'b'});

        assertThatThrownBy(() -> parser.write(out.toByteArray())).isInstanceOf(IOException.class);
    }

    @Test
    void anEntryWithoutAnEndIsNotHeldForEver() {
        byte[] piece = new byte[1 << 20];
        java.util.Arrays.fill(piece, (byte) 'x');

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        parser.write(piece);
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("journal entry");
    }
}
