package io.nspawn.config.nspawn;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Paths as text, by the rules of systemd's {@code src/basic/path-util.c}. */
final class Paths {
    private static final int MAX_PATH = 4096;
    private static final int MAX_NAME = 255;

    private Paths() {}

    static boolean isAbsolute(String path) {
        return path.startsWith("/");
    }

    /** {@code path_simplify()} for an absolute path: no doubled slashes, no {@code .}, no slash at the end. */
    static String simplify(String path) {
        List<String> names = new ArrayList<>();
        for (String name : path.split("/", -1)) {
            if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return "/" + String.join("/", names);
    }

    /** {@code path_is_valid()}: below 4096 bytes, no name above 255. */
    static boolean isValid(String path) {
        if (path.isEmpty() || bytes(path) >= MAX_PATH) {
            return false;
        }
        for (String name : path.split("/", -1)) {
            if (bytes(name) > MAX_NAME) {
                return false;
            }
        }
        return true;
    }

    /** {@code path_is_normalized()}. */
    static boolean isNormalized(String path) {
        return isValid(path)
                && !path.contains("//")
                && !("/" + path + "/").contains("/./")
                && !("/" + path + "/").contains("/../");
    }

    private static int bytes(String text) {
        return text.length() > MAX_PATH ? MAX_PATH : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
