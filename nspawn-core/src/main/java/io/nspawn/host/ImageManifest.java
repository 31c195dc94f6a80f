package io.nspawn.host;

import io.nspawn.internal.Json;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.ImageName;
import io.nspawn.model.InvalidNameException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was done to make an image. It is in the image, at {@link #PATH}, as JSON; so every container that is cloned from
 * the image has it too. A digest of the rest is part of it: that tells of edits, though not of those by somebody who
 * knows how to make the digest.
 *
 * @param image the name that the image was made under
 * @param recipe SHA-256 over all that the recipe says, its source's content among it, in hexadecimal
 * @param source what it was made from, in words
 * @param fingerprint the source's content, as it was told from others
 * @param made when
 * @param library the version of this library
 * @param steps what was done, in order
 * @param masks the units masked, and why
 */
public record ImageManifest(
        ImageName image,
        String recipe,
        String source,
        String fingerprint,
        Instant made,
        String library,
        List<Step> steps,
        Map<String, String> masks) {
    /** Where it is in an image. */
    public static final String PATH = "/usr/lib/nspawn/manifest.json";

    private static final String DIGEST = "digest";

    /**
     * One thing that was done.
     *
     * @param what in words
     * @param output what the command said last, a line each; empty for what was no command
     */
    public record Step(String what, List<String> output) {
        public Step {
            output = List.copyOf(output);
        }
    }

    public ImageManifest {
        steps = List.copyOf(steps);
        masks = Map.copyOf(masks);
    }

    /** The manifest as it stands in the image. */
    public String toJson() {
        Map<String, Object> values = values();
        values.put(DIGEST, digest());
        return Json.write(values);
    }

    /**
     * Reads a manifest.
     *
     * @param root the root that it was found in, for errors
     * @throws HostFailureException if it is none, or was edited
     */
    static ImageManifest read(String root, byte[] content) {
        ImageManifest manifest;
        String digest;
        try {
            Map<?, ?> values = Json.read(new String(content, StandardCharsets.UTF_8));
            digest = text(values, DIGEST);
            manifest = of(values);
        } catch (IllegalArgumentException | DateTimeException | InvalidNameException e) {
            throw failure(root, "is no manifest: " + e.getMessage());
        }
        if (!manifest.digest().equals(digest)) {
            throw failure(root, "was edited: its digest is that of another text");
        }
        return manifest;
    }

    private static HostFailureException failure(String root, String problem) {
        return new HostFailureException(Failure.of("read the manifest of", root, PATH + " " + problem)
                .remedy("Remove the image and prepare it again."));
    }

    private static ImageManifest of(Map<?, ?> values) {
        List<Step> steps = new ArrayList<>();
        for (Object step : list(values, "steps")) {
            if (!(step instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("a step is an object");
            }
            steps.add(new Step(
                    text(map, "what"),
                    list(map, "output").stream().map(String::valueOf).toList()));
        }
        if (!(values.get("masks") instanceof Map<?, ?> found)) {
            throw new IllegalArgumentException("\"masks\" is an object");
        }
        Map<String, String> masks = new TreeMap<>();
        found.forEach((unit, reason) -> masks.put(String.valueOf(unit), String.valueOf(reason)));
        return new ImageManifest(
                ImageName.of(text(values, "image")),
                text(values, "recipe"),
                text(values, "source"),
                text(values, "fingerprint"),
                Instant.parse(text(values, "made")),
                text(values, "library"),
                steps,
                masks);
    }

    private Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("image", image.value());
        values.put("recipe", recipe);
        values.put("source", source);
        values.put("fingerprint", fingerprint);
        values.put("made", made.toString());
        values.put("library", library);
        List<Object> all = new ArrayList<>();
        for (Step step : steps) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("what", step.what());
            one.put("output", step.output());
            all.add(one);
        }
        values.put("steps", all);
        values.put("masks", new TreeMap<>(masks));
        return values;
    }

    private String digest() {
        return "sha256:" + RecipeDigest.hex(Json.write(values()).getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Map<?, ?> values, String key) {
        if (values.get(key) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("\"" + key + "\" is a string");
    }

    private static List<?> list(Map<?, ?> values, String key) {
        if (values.get(key) instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("\"" + key + "\" is an array");
    }
}
