package io.nspawn.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The attributes of a message or of a nested attribute. Of a repeated type the last one counts, as in the kernel.
 *
 * <p>Every reader checks the length, so that a short or damaged message ends in {@link
 * NetlinkException.MalformedReply} and nothing else. A link has some sixty attributes of which a dozen are read, and
 * listings have thousands of links: so only the places are noted at first, in plain arrays.
 */
final class Attributes {
    private static final Attributes NONE = new Attributes(ByteBuffer.allocate(0), 0);

    private final ByteBuffer in;
    private int[] types;
    private int[] places;
    private int[] lengths;
    private int count;

    private Attributes(ByteBuffer in, int expected) {
        this.in = in;
        this.types = new int[expected];
        this.places = new int[expected];
        this.lengths = new int[expected];
    }

    static Attributes parse(ByteBuffer buffer) {
        Attributes result = new Attributes(buffer.duplicate().order(ByteOrder.nativeOrder()), 64);
        result.note(buffer.position(), buffer.limit());
        return result;
    }

    private void note(int start, int end) {
        int at = start;
        while (end - at >= Nl.ATTRIBUTE_HEADER) {
            int length = in.getShort(at) & 0xffff;
            int type = in.getShort(at + 2) & Nl.TYPE_MASK;
            if (length < Nl.ATTRIBUTE_HEADER || length > end - at) {
                throw NetlinkException.malformed("attribute " + type + " says it has " + length + " bytes");
            }
            if (count == types.length) {
                grow();
            }
            types[count] = type;
            places[count] = at + Nl.ATTRIBUTE_HEADER;
            lengths[count] = length - Nl.ATTRIBUTE_HEADER;
            count++;
            at += Nl.align(length);
        }
    }

    private void grow() {
        types = Arrays.copyOf(types, 2 * count);
        places = Arrays.copyOf(places, 2 * count);
        lengths = Arrays.copyOf(lengths, 2 * count);
    }

    boolean has(int type) {
        return find(type) >= 0;
    }

    OptionalInt u8(int type) {
        int i = number(type, 1);
        return i < 0 ? OptionalInt.empty() : OptionalInt.of(in.get(places[i]) & 0xff);
    }

    OptionalInt u16(int type) {
        int i = number(type, 2);
        return i < 0 ? OptionalInt.empty() : OptionalInt.of(in.getShort(places[i]) & 0xffff);
    }

    /** Reads a 16-bit number in network order. */
    OptionalInt be16(int type) {
        int i = number(type, 2);
        return i < 0
                ? OptionalInt.empty()
                : OptionalInt.of(((in.get(places[i]) & 0xff) << 8) | (in.get(places[i] + 1) & 0xff));
    }

    OptionalInt s32(int type) {
        int i = number(type, 4);
        return i < 0 ? OptionalInt.empty() : OptionalInt.of(in.getInt(places[i]));
    }

    OptionalLong u32(int type) {
        int i = number(type, 4);
        return i < 0 ? OptionalLong.empty() : OptionalLong.of(in.getInt(places[i]) & 0xffff_ffffL);
    }

    Optional<byte[]> bytes(int type) {
        int i = find(type);
        return i < 0 ? Optional.empty() : Optional.of(copy(i));
    }

    /** Reads text up to its first NUL, which need not be there. */
    Optional<String> string(int type) {
        int i = find(type);
        return i < 0 ? Optional.empty() : Optional.of(text(i));
    }

    List<String> strings(int type) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (types[i] == type) {
                all.add(text(i));
            }
        }
        return all;
    }

    /** Reads every attribute of one type as a MAC address. */
    List<MacAddress> macs(int type) {
        List<MacAddress> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (types[i] == type && lengths[i] == MacAddress.BYTES) {
                all.add(MacAddress.of(copy(i)));
            }
        }
        return all;
    }

    Attributes nested(int type) {
        int i = find(type);
        if (i < 0) {
            return NONE;
        }
        Attributes inner = new Attributes(in, 16);
        inner.note(places[i], places[i] + lengths[i]);
        return inner;
    }

    Optional<MacAddress> mac(int type) {
        return bytes(type).filter(b -> b.length == MacAddress.BYTES).map(MacAddress::of);
    }

    Optional<IpAddress> ip(int type) {
        return bytes(type).map(b -> {
            if (b.length != 4 && b.length != 16) {
                throw NetlinkException.malformed("attribute " + type + " holds an address of " + b.length + " bytes");
            }
            return IpAddress.of(b);
        });
    }

    /** Finds a number of at least so many bytes; gives -1 if there is none. */
    private int number(int type, int length) {
        int i = find(type);
        if (i >= 0 && lengths[i] < length) {
            throw NetlinkException.malformed("attribute " + type + " is shorter than " + length + " bytes");
        }
        return i;
    }

    private int find(int type) {
        for (int i = count - 1; i >= 0; i--) {
            if (types[i] == type) {
                return i;
            }
        }
        return -1;
    }

    private byte[] copy(int i) {
        byte[] bytes = new byte[lengths[i]];
        in.get(places[i], bytes);
        return bytes;
    }

    private String text(int i) {
        byte[] bytes = copy(i);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
