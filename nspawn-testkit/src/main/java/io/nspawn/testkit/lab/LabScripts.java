package io.nspawn.testkit.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The scripts of this package, as files. They lie in the cache under a name made from their text, so that no temporary
 * file is ever left behind and two versions of this library do not meet.
 */
record LabScripts(Path lab, Path recipe, String recipeHash) {
    static LabScripts extract(Path cache) {
        try {
            String lab = text("lab.sh");
            String recipe = text("build.sh");
            Path directory = Files.createDirectories(cache.resolve("scripts-" + hash(lab + recipe)));
            return new LabScripts(
                    place(directory.resolve("lab.sh"), lab),
                    place(directory.resolve("build.sh"), recipe),
                    hash(recipe));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the lab's scripts below " + cache, e);
        }
    }

    private static String text(String name) throws IOException {
        try (InputStream in = LabScripts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("The resource " + name + " is missing from the testkit");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Path place(Path file, String text) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return file;
        }
        Path part = Files.createTempFile(file.getParent(), ".#", ".sh");
        Files.writeString(part, text);
        return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
