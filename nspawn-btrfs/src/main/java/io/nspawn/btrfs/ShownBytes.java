package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Bytes as text that can be printed: different bytes are different text, and no byte can move a terminal's cursor. */
final class ShownBytes {
    private ShownBytes() {}

    static String of(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer decoded = CharBuffer.allocate(bytes.length + 1);
        while (rest.hasRemaining()) {
            decoder.reset();
            CoderResult result = decoder.decode(rest, decoded, true);
            decoded.flip().chars().forEach(c -> append(text, (char) c));
            decoded.clear();
            if (result.isError()) {
                for (int i = 0; i < result.length(); i++) {
                    escape(text, rest.get() & 0xff);
                }
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, char c) {
        if (c == '\\' || c < ' ' || c == 0x7f) {
            escape(text, c);
        } else if (c > 0x7f && c < 0xa0) {
            escape(text, 0xc2);
            escape(text, c);
        } else {
            text.append(c);
        }
    }

    private static void escape(StringBuilder text, int value) {
        text.append("\\x").append(Character.forDigit(value >> 4, 16)).append(Character.forDigit(value & 15, 16));
    }
}
