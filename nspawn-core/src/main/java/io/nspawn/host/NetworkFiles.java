package io.nspawn.host;

import io.nspawn.config.NetworkdFile;
import io.nspawn.config.Provenance;
import io.nspawn.config.Provenance.Origin;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.Failure;
import io.nspawn.model.SystemdVersion;
import io.nspawn.spi.HostFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The files of this library in a directory that systemd-networkd and udev read. Ours is what has our prefix and our
 * header; whatever else stands there is neither listed, nor replaced, nor deleted.
 *
 * <p>Networkd takes new files with {@code networkctl reload}; an interface that is gone from them stays until it is
 * deleted.
 */
public final class NetworkFiles {
    /** Where an administrator's files stand. */
    public static final Path DIRECTORY = Path.of("/etc/systemd/network");

    /** Where files stand that last until the next boot. */
    public static final Path UNTIL_REBOOT = Path.of("/run/systemd/network");

    private static final String PREFIX = "10-nspawn-";
    private static final Pattern STEM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}");
    private static final Pattern NAME = Pattern.compile(PREFIX + STEM.pattern() + "\\.(netdev|network|link)");

    private final HostFiles files;
    private final Path directory;

    /** @param directory {@link #DIRECTORY}, or {@code /run/systemd/network} for files that last until the next boot */
    public NetworkFiles(HostFiles files, Path directory) {
        this.files = Objects.requireNonNull(files);
        this.directory = Objects.requireNonNull(directory);
    }

    /**
     * Where a file stands.
     *
     * @param stem what the name has between prefix and extension: 1 to 100 letters, digits and {@code _ . -}
     * @throws IllegalArgumentException if the stem has another form
     */
    public Path path(String stem, NetworkdFile file) {
        if (!STEM.matcher(stem).matches()) {
            throw new IllegalArgumentException(
                    "no name for a network file: \"" + stem + "\"; 1 to 100 letters, digits and _ . -");
        }
        return directory.resolve(PREFIX + stem + "." + file.extension());
    }

    /** Whether {@link #path} takes it. */
    static boolean isStem(String stem) {
        return STEM.matcher(stem).matches();
    }

    /** Whether a file is named as ours are. */
    static boolean isOurs(Path file) {
        return NAME.matcher(String.valueOf(file.getFileName())).matches();
    }

    /** Our files by name. */
    public List<Path> list() {
        return files.list(directory).stream()
                .filter(NetworkFiles::isOurs)
                .filter(path -> !(origin(path) instanceof Origin.Foreign))
                .sorted()
                .toList();
    }

    /**
     * Writes files, each in one step; those that stand there already as they should are left alone.
     *
     * @param contents the files by their {@linkplain #path stem}; one stem may have one of each type
     * @param version the systemd that reads them
     * @return the files that have changed
     * @throws io.nspawn.model.UnsupportedException if that systemd lacks a key of one; nothing is written then
     * @throws AlreadyExistsException if somebody else's file has the name of one, or somebody edited ours; nothing is
     *     written then
     */
    public List<Path> write(Map<String, List<NetworkdFile>> contents, SystemdVersion version) {
        Map<Path, byte[]> changed = changed(contents, version);
        if (!changed.isEmpty()) {
            files.replaceAll(changed);
        }
        return List.copyOf(changed.keySet());
    }

    /** What {@link #write} would write; nothing is touched, and the same is thrown. */
    Map<Path, byte[]> changed(Map<String, List<NetworkdFile>> contents, SystemdVersion version) {
        Map<Path, byte[]> changed = new LinkedHashMap<>();
        contents.forEach((stem, all) -> all.forEach(file -> {
            byte[] text = Provenance.stamp(file.contentFor(version), Map.of("Name", stem))
                    .getBytes(StandardCharsets.UTF_8);
            Path path = path(stem, file);
            Optional<byte[]> present = files.read(path);
            if (present.filter(bytes -> Arrays.equals(bytes, text)).isEmpty()) {
                if (present.isPresent()) {
                    requireUntouched(path);
                }
                changed.put(path, text);
            }
        }));
        return changed;
    }

    /** Our files about these interfaces. */
    List<Path> about(Collection<String> stems) {
        return list().stream()
                .filter(path -> stems.contains(Provenance.facts(origin(path)).getOrDefault("Name", "")))
                .toList();
    }

    /**
     * Deletes our files, also edited ones.
     *
     * @param keep which are to stay
     * @return the files that were deleted
     */
    public List<Path> removeAllBut(List<Path> keep) {
        List<Path> deleted = new ArrayList<>();
        for (Path path : list()) {
            if (!keep.contains(path) && files.delete(path)) {
                deleted.add(path);
            }
        }
        return deleted;
    }

    private Origin origin(Path path) {
        return files.read(path)
                .map(bytes -> Provenance.origin(new String(bytes, StandardCharsets.UTF_8)))
                .orElseGet(Origin.Foreign::new);
    }

    private void requireUntouched(Path path) {
        Origin origin = origin(path);
        if (!(origin instanceof Origin.Ours)) {
            String who =
                    origin instanceof Origin.Edited ? "was edited since this library wrote it" : "is somebody else's";
            throw new AlreadyExistsException(
                    Failure.of("write", path.toString(), "the file " + who).remedy("Move it away."));
        }
    }
}
