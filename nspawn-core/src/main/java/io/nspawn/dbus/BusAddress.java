package io.nspawn.dbus;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/**
 * Where a bus listens (D-Bus specification, "Server Addresses"). Only UNIX sockets: systemd's bus has no other.
 *
 * @param place the socket's path, or its abstract name
 * @param inAbstractNamespace whether the place is an abstract name
 */
record BusAddress(String place, boolean inAbstractNamespace) {

    /** The addresses to try, in order; at least one. */
    static List<BusAddress> parse(String text) {
        List<BusAddress> addresses = new ArrayList<>();
        for (String part : text.split(";", -1)) {
            if (!part.isEmpty()) {
                addresses.add(parseOne(part));
            }
        }
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no bus address: '" + text + "'");
        }
        return List.copyOf(addresses);
    }

    AFUNIXSocketAddress toSocketAddress() throws SocketException {
        return inAbstractNamespace
                ? AFUNIXSocketAddress.inAbstractNamespace(place)
                : AFUNIXSocketAddress.of(new File(place));
    }

    @Override
    public String toString() {
        return inAbstractNamespace ? "@" + place : place;
    }

    private static BusAddress parseOne(String text) {
        if (!text.startsWith("unix:")) {
            throw new IllegalArgumentException("only unix: bus addresses are supported, not " + text);
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : text.substring("unix:".length()).split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("not a bus address: " + text);
            }
            values.put(pair.substring(0, equals), unescape(pair.substring(equals + 1)));
        }
        if (values.containsKey("path")) {
            return new BusAddress(values.get("path"), false);
        }
        if (values.containsKey("abstract")) {
            return new BusAddress(values.get("abstract"), true);
        }
        throw new IllegalArgumentException("a unix: bus address names a path or an abstract socket, not " + text);
    }

    private static String unescape(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (i + 2 >= text.length()) {
                    throw new IllegalArgumentException("a % in a bus address needs two hexadecimal digits: " + text);
                }
                bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
