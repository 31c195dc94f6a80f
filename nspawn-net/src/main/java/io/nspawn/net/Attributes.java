package io.nspawn.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The attributes of a message or of a nested attribute. Of a repeated type the last one counts, as in the kernel.
 *
 * <p>Every reader checks the length, so that a short or damaged message ends in {@link
 * NetlinkException.MalformedReply} and nothing else.
 */
final class Attributes {
    private record Attribute(int type, ByteBuffer value) {}

    private final List<Attribute> list = new ArrayList<>();

    private Attributes() {}

    static Attributes parse(ByteBuffer buffer) {
        ByteBuffer in = buffer.duplicate().order(ByteOrder.nativeOrder());
        Attributes result = new Attributes();
        while (in.remaining() >= Nl.ATTRIBUTE_HEADER) {
            int start = in.position();
            int length = in.getShort(start) & 0xffff;
            int type = in.getShort(start + 2) & Nl.TYPE_MASK;
            if (length < Nl.ATTRIBUTE_HEADER || length > in.remaining()) {
                throw NetlinkException.malformed("attribute " + type + " says it has " + length + " bytes");
            }
            ByteBuffer value = in.slice(start + Nl.ATTRIBUTE_HEADER, length - Nl.ATTRIBUTE_HEADER);
            result.list.add(new Attribute(type, value.order(ByteOrder.nativeOrder())));
            in.position(Math.min(in.limit(), start + Nl.align(length)));
        }
        return result;
    }

    boolean has(int type) {
        return find(type).isPresent();
    }

    OptionalInt u8(int type) {
        return number(type, 1).map(v -> OptionalInt.of(v.get(0) & 0xff)).orElse(OptionalInt.empty());
    }

    OptionalInt u16(int type) {
        return number(type, 2).map(v -> OptionalInt.of(v.getShort(0) & 0xffff)).orElse(OptionalInt.empty());
    }

    /** Reads a 16-bit number in network order. */
    OptionalInt be16(int type) {
        return number(type, 2)
                .map(v -> OptionalInt.of(((v.get(0) & 0xff) << 8) | (v.get(1) & 0xff)))
                .orElse(OptionalInt.empty());
    }

    OptionalInt s32(int type) {
        return number(type, 4).map(v -> OptionalInt.of(v.getInt(0))).orElse(OptionalInt.empty());
    }

    OptionalLong u32(int type) {
        return number(type, 4)
                .map(v -> OptionalLong.of(v.getInt(0) & 0xffff_ffffL))
                .orElse(OptionalLong.empty());
    }

    Optional<byte[]> bytes(int type) {
        return find(type).map(Attributes::copy);
    }

    /** Reads text up to its first NUL, which need not be there. */
    Optional<String> string(int type) {
        return find(type).map(Attributes::text);
    }

    List<String> strings(int type) {
        return list.stream().filter(a -> a.type == type).map(a -> text(a.value)).toList();
    }

    /** Reads every attribute of one type as a MAC address. */
    List<MacAddress> macs(int type) {
        return list.stream()
                .filter(a -> a.type == type && a.value.remaining() == MacAddress.BYTES)
                .map(a -> MacAddress.of(copy(a.value)))
                .toList();
    }

    Attributes nested(int type) {
        return find(type).map(Attributes::parse).orElseGet(Attributes::new);
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

    private Optional<ByteBuffer> number(int type, int length) {
        Optional<ByteBuffer> value = find(type);
        if (value.isPresent() && value.get().remaining() < length) {
            throw NetlinkException.malformed("attribute " + type + " is shorter than " + length + " bytes");
        }
        return value;
    }

    private Optional<ByteBuffer> find(int type) {
        for (int i = list.size() - 1; i >= 0; i--) {
            if (list.get(i).type == type) {
                return Optional.of(list.get(i).value);
            }
        }
        return Optional.empty();
    }

    private static byte[] copy(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer value) {
        byte[] bytes = copy(value);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
