package io.nspawn.dbus;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.constants.HeaderField;
import org.freedesktop.dbus.types.UInt32;

/**
 * A method call ready for the wire. Built here rather than by the library's own method call, which counts only the
 * descriptors that are not inside a variant or a structure.
 */
final class Outgoing extends Message {

    private static final byte METHOD_CALL = 1;
    private static final byte NO_REPLY_EXPECTED = 1;
    private static final byte LITTLE_ENDIAN = 'l';
    private static final int MAX_BYTES = 128 << 20;

    private final List<FileDescriptor> descriptors;
    private final byte[] bytes;

    private Outgoing(byte flags, List<Object> header, String signature, Object[] arguments, List<FileDescriptor> fds)
            throws DBusException {
        super(LITTLE_ENDIAN, METHOD_CALL, flags);
        this.descriptors = List.copyOf(fds);
        List<Object> fields = new ArrayList<>(header);
        if (!signature.isEmpty()) {
            fields.add(createHeaderArgs(HeaderField.SIGNATURE, "g", signature));
        }
        if (!fds.isEmpty()) {
            fields.add(createHeaderArgs(HeaderField.UNIX_FDS, "u", new UInt32(fds.size())));
        }
        padAndMarshall(fields, getSerial(), signature, arguments);
        this.bytes = gather();
    }

    static Outgoing call(Remote remote, String member, String signature, List<?> arguments) {
        return build((byte) 0, remote, member, signature, arguments);
    }

    static Outgoing callWithoutReply(Remote remote, String member, String signature, List<?> arguments) {
        return build(NO_REPLY_EXPECTED, remote, member, signature, arguments);
    }

    private static Outgoing build(byte flags, Remote remote, String member, String signature, List<?> arguments) {
        Syntax.requireMember(member);
        List<FileDescriptor> fds = new ArrayList<>();
        Object[] encoded = Codec.encode(signature, arguments, fds);
        List<Object> header = List.of(
                field(HeaderField.PATH, "o", remote.path()),
                field(HeaderField.DESTINATION, "s", remote.destination()),
                field(HeaderField.INTERFACE, "s", remote.interfaceName()),
                field(HeaderField.MEMBER, "s", member));
        try {
            return new Outgoing(flags, header, signature, encoded, fds);
        } catch (DBusException e) {
            throw new IllegalArgumentException("arguments do not fit the signature " + signature, e);
        }
    }

    /** The whole message, for one write. */
    byte[] bytes() {
        return bytes;
    }

    List<FileDescriptor> descriptors() {
        return descriptors;
    }

    private static Object[] field(byte code, String type, Object value) {
        return new Object[] {code, new Object[] {type, value}};
    }

    private byte[] gather() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(256);
        for (byte[] part : getWireData()) {
            if (part != null) {
                whole.writeBytes(part);
            }
        }
        if (whole.size() > MAX_BYTES) {
            throw new IllegalArgumentException("a D-Bus message ends at 128 MiB; pass a descriptor instead");
        }
        return whole.toByteArray();
    }
}
