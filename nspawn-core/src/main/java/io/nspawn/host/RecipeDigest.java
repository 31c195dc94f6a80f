package io.nspawn.host;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What tells a recipe from another: a digest over all that goes into the image, its name left out. */
final class RecipeDigest {
    /** Another one whenever the same recipe comes to another image than before. */
    private static final String FORMAT = "1";

    private final MessageDigest digest = sha256();

    private RecipeDigest() {}

    /**
     * The digest of a recipe.
     *
     * @param fingerprint the source's content, see {@link io.nspawn.spi.ImageStore#fingerprint}
     */
    static String of(ImageRecipe recipe, String fingerprint) {
        RecipeDigest digest = new RecipeDigest();
        digest.add("format", FORMAT);
        digest.add("source", recipe.source().description(), fingerprint);
        digest.add("revision", recipe.revision());
        digest.add("journal", recipe.hasVolatileJournal().map(String::valueOf).orElse(""));
        digest.add("enabled", recipe.enabled());
        recipe.orderedMasks().forEach((unit, reason) -> digest.add("mask", unit));
        recipe.files()
                .forEach((path, file) ->
                        digest.add("file", path, Integer.toOctalString(file.mode()), hex(file.bytes())));
        digest.add("packages", recipe.packages());
        recipe.commands().forEach(command -> digest.add("command", command));
        digest.add("network", String.valueOf(recipe.usesHostNetwork()));
        digest.add("flatten", String.valueOf(recipe.flattens()));
        return HexFormat.of().formatHex(digest.digest.digest());
    }

    /** SHA-256 of bytes, in hexadecimal. */
    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private void add(String label, String... values) {
        add(label, List.of(values));
    }

    /** Each text with its length before it, so that no two inputs run into the same bytes. */
    private void add(String label, List<String> values) {
        text(label);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(values.size()).array());
        values.forEach(this::text);
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
