package io.nspawn.net;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The text forms of addresses: RFC 4291 and dotted quads read, RFC 5952 written. */
final class IpText {
    private static final int GROUPS = 8;

    private IpText() {}

    static byte[] parse(String text) {
        return text.indexOf(':') >= 0 ? parse6(text) : parse4(text, text);
    }

    private static byte[] parse4(String text, String whole) {
        List<String> parts = split(text, '.');
        if (parts.size() != 4) {
            throw malformed(whole);
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            bytes[i] = (byte) octet(parts.get(i), whole);
        }
        return bytes;
    }

    private static int octet(String part, String whole) {
        boolean digits = part.chars().allMatch(c -> c >= '0' && c <= '9');
        if (part.isEmpty() || part.length() > 3 || !digits || (part.length() > 1 && part.charAt(0) == '0')) {
            throw malformed(whole);
        }
        int value = Integer.parseInt(part);
        if (value > 255) {
            throw malformed(whole);
        }
        return value;
    }

    private static byte[] parse6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            throw malformed(text);
        }
        List<Integer> head = gap < 0 ? groups(text, text, true) : groups(text.substring(0, gap), text, false);
        List<Integer> tail = gap < 0 ? List.of() : groups(text.substring(gap + 2), text, true);
        int missing = GROUPS - head.size() - tail.size();
        if (gap < 0 ? missing != 0 : missing < 1) {
            throw malformed(text);
        }
        ByteBuffer bytes = ByteBuffer.allocate(16);
        head.forEach(group -> bytes.putShort(group.shortValue()));
        bytes.position(bytes.position() + 2 * missing);
        tail.forEach(group -> bytes.putShort(group.shortValue()));
        return bytes.array();
    }

    private static List<Integer> groups(String text, String whole, boolean quadAtEnd) {
        List<Integer> groups = new ArrayList<>();
        if (text.isEmpty()) {
            return groups;
        }
        List<String> parts = split(text, ':');
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            if (quadAtEnd && i == parts.size() - 1 && part.indexOf('.') >= 0) {
                ByteBuffer quad = ByteBuffer.wrap(parse4(part, whole));
                groups.add(quad.getShort() & 0xffff);
                groups.add(quad.getShort() & 0xffff);
            } else {
                groups.add(group(part, whole));
            }
        }
        return groups;
    }

    private static int group(String part, String whole) {
        boolean hex = part.chars().allMatch(c -> c < 128 && Character.digit(c, 16) >= 0);
        if (part.isEmpty() || part.length() > 4 || !hex) {
            throw malformed(whole);
        }
        return Integer.parseInt(part, 16);
    }

    /** Splits at every separator; unlike String.split it keeps empty parts at the end. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, start)) {
            parts.add(text.substring(start, at));
            start = at + 1;
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("not an IP address: \"" + text + "\"");
    }

    static String format(byte[] bytes) {
        return bytes.length == 4 ? format4(bytes, 0) : format6(bytes);
    }

    private static String format4(byte[] bytes, int offset) {
        return (bytes[offset] & 0xff) + "." + (bytes[offset + 1] & 0xff) + "." + (bytes[offset + 2] & 0xff) + "."
                + (bytes[offset + 3] & 0xff);
    }

    private static String format6(byte[] bytes) {
        int[] groups = new int[GROUPS];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = buffer.getShort() & 0xffff;
        }
        if (isMapped(groups)) {
            return "::ffff:" + format4(bytes, 12);
        }
        int gap = longestZeroRun(groups);
        int gapEnd = gap < 0 ? -1 : gap + zerosFrom(groups, gap);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == gap) {
                text.append("::");
                i = gapEnd - 1;
            } else {
                text.append(i == 0 || i == gapEnd ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static boolean isMapped(int[] groups) {
        return zerosFrom(groups, 0) == 5 && groups[5] == 0xffff;
    }

    private static int longestZeroRun(int[] groups) {
        int best = -1;
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            int run = zerosFrom(groups, i);
            if (run > length) {
                best = i;
                length = run;
            }
        }
        return best;
    }

    private static int zerosFrom(int[] groups, int start) {
        int end = start;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - start;
    }
}
