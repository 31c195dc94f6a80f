package io.nspawn.btrfs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The bytes of a path of the default file system. {@link Path#toString()} has lost them where a name is not valid in
 * the platform's character set; the URI of the path has not.
 */
final class HostPath {
    private final byte[] bytes;

    private HostPath(byte[] bytes) {
        this.bytes = bytes;
    }

    static HostPath of(Path path) {
        if (!path.getFileSystem().equals(FileSystems.getDefault())) {
            throw new IllegalArgumentException("not a path of the default file system: " + path);
        }
        byte[] bytes = decode(path.toUri().getRawPath());
        int end = bytes.length;
        while (end > 1 && bytes[end - 1] == '/') {
            end--;
        }
        return new HostPath(Arrays.copyOf(bytes, end));
    }

    private static byte[] decode(String raw) {
        byte[] ascii = raw.getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream out = new ByteArrayOutputStream(ascii.length);
        for (int i = 0; i < ascii.length; i++) {
            if (ascii[i] == '%') {
                out.write(Character.digit(ascii[i + 1], 16) << 4 | Character.digit(ascii[i + 2], 16));
                i += 2;
            } else {
                out.write(ascii[i]);
            }
        }
        return out.toByteArray();
    }

    byte[] terminated() {
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** The directory that the last name is in, as it is written: nothing is resolved. */
    HostPath parent() {
        int slash = lastSlash();
        return new HostPath(slash == 0 ? new byte[] {'/'} : Arrays.copyOf(bytes, slash));
    }

    EntryName name() {
        return EntryName.ofBytes(Arrays.copyOfRange(bytes, lastSlash() + 1, bytes.length));
    }

    private int lastSlash() {
        int i = bytes.length - 1;
        while (bytes[i] != '/') {
            i--;
        }
        return i;
    }

    @Override
    public String toString() {
        return ShownBytes.of(bytes);
    }
}
