package io.nspawn.model;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The name of an image in the pool: a file name of 1 to 255 bytes in UTF-8, without control characters, not starting
 * with {@code .#}, which marks what is under construction ({@code image_name_is_valid} of systemd).
 */
public record ImageName(String value) implements Comparable<ImageName> {
    private static final int MAX_BYTES = 255;
    private static final String REMEDY =
            "use a file name of 1 to 255 bytes without '/' and control characters, not starting with \".#\"";

    /**
     * Checks the name.
     *
     * @throws InvalidNameException if {@code value} is no image name
     */
    public ImageName {
        Objects.requireNonNull(value);
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_BYTES) {
            throw invalid(value, "has " + bytes + " bytes");
        }
        if (value.equals(".") || value.equals("..") || value.startsWith(".#")) {
            throw invalid(value, "is reserved");
        }
        if (value.chars().anyMatch(c -> c == '/' || c < ' ' || c == 0x7f) || !isEncodable(value)) {
            throw invalid(value, "has a character that a file name cannot have");
        }
    }

    /**
     * An image name from text.
     *
     * @throws InvalidNameException if {@code value} is no image name
     */
    public static ImageName of(String value) {
        return new ImageName(value);
    }

    @Override
    public int compareTo(ImageName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static boolean isEncodable(String value) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(value);
    }

    private static InvalidNameException invalid(String value, String problem) {
        return new InvalidNameException(
                Failure.of("name image", '"' + value + '"', problem).remedy(REMEDY));
    }
}
