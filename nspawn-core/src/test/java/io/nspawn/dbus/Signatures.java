package io.nspawn.dbus;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The signatures of one systemd version's bus interfaces, and values that fit them. */
final class Signatures {

    private final Map<String, String> byName = new LinkedHashMap<>();

    static Signatures of(String version) throws IOException {
        Signatures signatures = new Signatures();
        try (InputStream in = Objects.requireNonNull(
                Signatures.class.getResourceAsStream("signatures-" + version + ".txt"), "no list of " + version)) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (!line.startsWith("#")) {
                    int last = line.lastIndexOf(' ');
                    signatures.byName.put(line.substring(0, last), line.substring(last + 1));
                }
            }
        }
        return signatures;
    }

    /** What a method takes. */
    String input(String interfaceName, String method) {
        return of(interfaceName, "method", method).split("→", -1)[0];
    }

    /** A reply of the method. */
    List<Object> reply(String interfaceName, String method) {
        return samples(of(interfaceName, "method", method).split("→", -1)[1]);
    }

    List<Object> signal(String interfaceName, String signal) {
        return samples(of(interfaceName, "signal", signal));
    }

    /** The names of an interface's signals. */
    List<String> signals(String interfaceName) {
        String prefix = interfaceName + " signal ";
        return byName.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()))
                .toList();
    }

    boolean has(String interfaceName, String kind, String name) {
        return byName.containsKey(interfaceName + " " + kind + " " + name);
    }

    Object property(String interfaceName, String property) {
        return samples(of(interfaceName, "property", property)).get(0);
    }

    Map<String, Object> properties(String interfaceName) {
        String prefix = interfaceName + " property ";
        Map<String, Object> values = new LinkedHashMap<>();
        byName.forEach((key, signature) -> {
            if (key.startsWith(prefix)) {
                values.put(key.substring(prefix.length()), samples(signature).get(0));
            }
        });
        return values;
    }

    private String of(String interfaceName, String kind, String name) {
        return Objects.requireNonNull(
                byName.get(interfaceName + " " + kind + " " + name),
                () -> "this systemd has no " + kind + " " + interfaceName + "." + name);
    }

    private static List<Object> samples(String signature) {
        List<Object> values = new ArrayList<>();
        for (int at = 0; at < signature.length(); ) {
            int end = Syntax.endOfType(signature, at);
            values.add(sample(signature.substring(at, end)));
            at = end;
        }
        return values;
    }

    private static Object sample(String type) {
        return switch (type.charAt(0)) {
            case 's' -> "text";
            case 'h' -> new Descriptor(new FileDescriptor());
            case 'o' -> "/path";
            case 'b' -> true;
            case 'd' -> 0.5;
            case 'i', 'n' -> 5;
            case '(' -> samples(type.substring(1, type.length() - 1));
            case 'a' -> array(type.substring(1));
            default -> 7L;
        };
    }

    private static Object array(String element) {
        if (element.equals("y")) {
            return new byte[] {127, 0, 0, 1};
        }
        if (element.charAt(0) == '{') {
            List<Object> pair = samples(element.substring(1, element.length() - 1));
            return Map.of(pair.get(0), pair.get(1));
        }
        return List.of(sample(element));
    }
}
