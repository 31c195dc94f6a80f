package io.nspawn.btrfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.Out;

/** Everything about a tree that sending it has to keep, in lines that can be compared. */
final class TreeImage {
    /** What the JDK does not read: attributes in all namespaces, also of symlinks. */
    public interface Attributes {
        long llistxattr(byte[] path, @Out byte[] names, long size);

        long lgetxattr(byte[] path, byte[] name, @Out byte[] value, long size);
    }

    private static final Attributes LIBC =
            LibraryLoader.create(Attributes.class).load("c");

    private final Map<String, String> lines = new TreeMap<>();
    private final Map<Object, String> firstNames = new HashMap<>();

    private TreeImage() {}

    static Map<String, String> of(Path root) throws IOException {
        TreeImage image = new TreeImage();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted().toList()) {
                image.add(root, path);
            }
        }
        return image.lines;
    }

    private void add(Path root, Path path) throws IOException {
        Map<String, Object> unix = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        String name = shown(root, path);
        int type = (int) get(unix, "mode") & 0xf000;
        boolean directory = type == 0x4000;
        boolean device = type == 0x2000 || type == 0x6000;
        StringBuilder line = new StringBuilder();
        line.append("mode=").append(Integer.toOctalString((int) get(unix, "mode")));
        line.append(" owner=").append(get(unix, "uid")).append(':').append(get(unix, "gid"));
        line.append(" modified=").append(((FileTime) get(unix, "lastModifiedTime")).toInstant());
        line.append(" attributes=").append(attributes(path));
        if (device) {
            line.append(" device=").append(get(unix, "rdev"));
        }
        if (type == 0xa000) {
            line.append(" target=").append(shown(root, root.resolve(Files.readSymbolicLink(path))));
        }
        if (type == 0x8000) {
            line.append(" size=").append(get(unix, "size")).append(" sha=").append(digest(path));
        }
        if (!directory) {
            line.append(" same as ").append(firstNames.computeIfAbsent(get(unix, "ino"), inode -> name));
        }
        lines.put(name, line.toString());
    }

    private static Object get(Map<String, Object> attributes, String name) {
        return Objects.requireNonNull(attributes.get(name), name);
    }

    /** A path in the tree without the root's, or another one as it is; bytes that are no text included. */
    private static String shown(Path root, Path path) {
        String prefix = HostPath.of(root).toString();
        String text = HostPath.of(path).toString();
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    private static String digest(Path path) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(path)));
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static Map<String, String> attributes(Path path) {
        byte[] file = HostPath.of(path).terminated();
        byte[] names = new byte[65536];
        long length = LIBC.llistxattr(file, names, names.length);
        Map<String, String> found = new TreeMap<>();
        if (length <= 0) {
            return found;
        }
        String all = new String(names, 0, (int) length, StandardCharsets.ISO_8859_1);
        for (String name : List.of(all.split("\0"))) {
            byte[] value = new byte[65536];
            long size = LIBC.lgetxattr(file, (name + "\0").getBytes(StandardCharsets.ISO_8859_1), value, value.length);
            found.put(name, HexFormat.of().formatHex(value, 0, (int) size));
        }
        return found;
    }
}
