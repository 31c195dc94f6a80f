package io.nspawn.dbus;

import java.io.FileDescriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.types.UInt64;

/** Plain values to and from those of the D-Bus library, led by the signature, since a Java type does not tell all. */
final class Codec {

    private Codec() {}

    /**
     * Arguments as the library marshals them.
     *
     * @param values one for each complete type
     * @param descriptors takes the descriptors to send, in the order of their indexes
     */
    static Object[] encode(String signature, List<?> values, List<FileDescriptor> descriptors) {
        List<Object> encoded = encodeAll(signature, values, descriptors);
        return encoded.toArray();
    }

    /** A message's values as {@link Bus} promises them; descriptors are taken by their index. */
    static List<Object> decode(String signature, Object[] values, List<Descriptor> descriptors) {
        List<Object> plain = new ArrayList<>(values.length);
        int at = 0;
        for (Object value : values) {
            int end = Syntax.endOfType(signature, at);
            plain.add(decodeOne(signature.substring(at, end), value, descriptors));
            at = end;
        }
        return Collections.unmodifiableList(plain);
    }

    private static List<Object> encodeAll(String signature, List<?> values, List<FileDescriptor> descriptors) {
        List<Object> encoded = new ArrayList<>(values.size());
        int at = 0;
        for (Object value : values) {
            int end = Syntax.endOfType(signature, at);
            encoded.add(encodeOne(signature.substring(at, end), value, descriptors));
            at = end;
        }
        if (at != signature.length()) {
            throw new IllegalArgumentException(values.size() + " values are too few for the signature " + signature);
        }
        return encoded;
    }

    private static Object encodeOne(String type, Object value, List<FileDescriptor> descriptors) {
        try {
            return switch (type.charAt(0)) {
                case 'y' -> (byte) inRange(value, 0, 0xFF, type);
                case 'n' -> (short) inRange(value, Short.MIN_VALUE, Short.MAX_VALUE, type);
                case 'q' -> (int) inRange(value, 0, 0xFFFF, type);
                case 'i' -> (int) inRange(value, Integer.MIN_VALUE, Integer.MAX_VALUE, type);
                case 'u' -> inRange(value, 0, 0xFFFF_FFFFL, type);
                case 'x' -> inRange(value, Long.MIN_VALUE, Long.MAX_VALUE, type);
                case 't' -> unsigned(((Number) value).longValue());
                case 'b' -> (Boolean) value;
                case 'd' -> (Double) value;
                case 's' -> Syntax.requireText((String) value);
                case 'o' -> Syntax.requirePath((String) value);
                case 'g' -> (String) value;
                case 'v' -> variant((Variant) value, descriptors);
                case 'h' -> sent(value, descriptors);
                case '(' ->
                    encodeAll(type.substring(1, type.length() - 1), (List<?>) value, descriptors)
                            .toArray();
                default -> array(type.substring(1), value, descriptors);
            };
        } catch (ClassCastException e) {
            throw new IllegalArgumentException(value.getClass().getName() + " does not fit the D-Bus type " + type, e);
        }
    }

    private static long inRange(Object value, long least, long most, String type) {
        long number = ((Number) value).longValue();
        if (number < least || number > most) {
            throw new IllegalArgumentException(number + " does not fit the D-Bus type " + type);
        }
        return number;
    }

    private static UInt64 unsigned(long bits) {
        return new UInt64(bits >>> 32, bits & 0xFFFF_FFFFL);
    }

    private static Object[] variant(Variant variant, List<FileDescriptor> descriptors) {
        return new Object[] {variant.signature(), encodeOne(variant.signature(), variant.value(), descriptors)};
    }

    private static Object sent(Object value, List<FileDescriptor> descriptors) {
        FileDescriptor descriptor = value instanceof Descriptor own ? own.value() : (FileDescriptor) value;
        if (!descriptor.valid()) {
            throw new IllegalArgumentException("the descriptor is closed");
        }
        descriptors.add(descriptor);
        // The library marshals nothing of this but its place in the message's list.
        return new org.freedesktop.dbus.FileDescriptor(descriptors.size() - 1);
    }

    private static Object array(String element, Object value, List<FileDescriptor> descriptors) {
        if (element.equals("y")) {
            return (byte[]) value;
        }
        if (element.charAt(0) == '{') {
            int key = Syntax.endOfType(element, 1);
            Map<Object, Object> encoded = new LinkedHashMap<>();
            ((Map<?, ?>) value)
                    .forEach((k, v) -> encoded.put(
                            encodeOne(element.substring(1, key), k, descriptors),
                            encodeOne(element.substring(key, element.length() - 1), v, descriptors)));
            return encoded;
        }
        List<Object> encoded = new ArrayList<>();
        for (Object item : (Collection<?>) value) {
            encoded.add(encodeOne(element, item, descriptors));
        }
        return encoded;
    }

    private static Object decodeOne(String type, Object value, List<Descriptor> descriptors) {
        return switch (type.charAt(0)) {
            case 'y' -> ((Number) value).longValue() & 0xFF;
            case 'q', 'u', 't', 'x' -> ((Number) value).longValue();
            case 'n', 'i' -> ((Number) value).intValue();
            case 'o' -> value instanceof DBusPath path ? path.getPath() : value.toString();
            case 'v' -> {
                org.freedesktop.dbus.types.Variant<?> variant = (org.freedesktop.dbus.types.Variant<?>) value;
                yield decodeOne(variant.getSig(), variant.getValue(), descriptors);
            }
            case 'h' -> descriptors.get(((org.freedesktop.dbus.FileDescriptor) value).getIntFileDescriptor());
            case '(' -> decode(type.substring(1, type.length() - 1), (Object[]) value, descriptors);
            case 'a' -> list(type.substring(1), value, descriptors);
            default -> value;
        };
    }

    private static Object list(String element, Object value, List<Descriptor> descriptors) {
        if (element.equals("y")) {
            return value instanceof byte[] bytes ? bytes : bytes((List<?>) value);
        }
        if (element.charAt(0) == '{') {
            int key = Syntax.endOfType(element, 1);
            Map<Object, Object> plain = new LinkedHashMap<>();
            ((Map<?, ?>) value)
                    .forEach((k, v) -> plain.put(
                            decodeOne(element.substring(1, key), k, descriptors),
                            decodeOne(element.substring(key, element.length() - 1), v, descriptors)));
            return Collections.unmodifiableMap(plain);
        }
        List<Object> plain = new ArrayList<>();
        for (Object item : (List<?>) value) {
            plain.add(decodeOne(element, item, descriptors));
        }
        return Collections.unmodifiableList(plain);
    }

    private static byte[] bytes(List<?> boxed) {
        byte[] bytes = new byte[boxed.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = ((Number) boxed.get(i)).byteValue();
        }
        return bytes;
    }
}
