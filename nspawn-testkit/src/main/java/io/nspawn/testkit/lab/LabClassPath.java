package io.nspawn.testkit.lab;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What this JVM was started with, as absolute paths: the same JVM can be started in a lab that shares them. */
final class LabClassPath {
    /** What Maven puts beside the tests' class path and does not name in it. */
    private static final List<String> LAUNCHER = List.of(
            "org.junit.platform.launcher.Launcher",
            "org.junit.platform.engine.TestEngine",
            "org.junit.platform.commons.JUnitException",
            "org.junit.jupiter.engine.JupiterTestEngine",
            "org.opentest4j.TestAbortedException");

    /** From how many jars in it on a directory is shared as a whole. */
    private static final long CROWD = 4;

    private LabClassPath() {}

    /**
     * The class path of this JVM. A jar that only has a manifest stands for what the manifest names, as IDEs and build
     * tools shorten a long class path so.
     */
    static List<Path> entries() {
        Set<Path> entries = new LinkedHashSet<>();
        Stream.of("java.class.path", "jdk.module.path")
                .map(property -> System.getProperty(property, ""))
                .forEach(path -> entries.addAll(resolve(path)));
        LAUNCHER.forEach(name -> origin(name).ifPresent(entries::add));
        return List.copyOf(entries);
    }

    /** The existing entries of a path, as absolute paths. */
    static List<Path> resolve(String path) {
        Set<Path> entries = new LinkedHashSet<>();
        Stream.of(path.split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath().normalize())
                .forEach(entry -> add(entry, entries));
        return List.copyOf(entries);
    }

    /** Where a class that may be there was loaded from. */
    private static Optional<Path> origin(String className) {
        try {
            CodeSource source = Class.forName(className, false, LabClassPath.class.getClassLoader())
                    .getProtectionDomain()
                    .getCodeSource();
            return source == null
                    ? Optional.empty()
                    : Optional.of(Path.of(source.getLocation().toURI()));
        } catch (ClassNotFoundException | URISyntaxException | LinkageError absent) {
            return Optional.empty();
        }
    }

    private static void add(Path entry, Set<Path> entries) {
        if (Files.exists(entry) && entries.add(entry) && isJar(entry)) {
            named(entry).forEach(other -> add(other, entries));
        }
    }

    private static List<Path> named(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String classPath =
                    manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            if (classPath == null) {
                return List.of();
            }
            return Stream.of(classPath.split(" "))
                    .filter(url -> !url.isBlank())
                    .map(url -> jar.toUri().resolve(url))
                    .filter(uri -> "file".equals(uri.getScheme()))
                    .map(uri -> Path.of(URI.create(uri.toString())).normalize())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + jar, e);
        }
    }

    /**
     * The fewest paths to share so that all of these can be read. A jar in a local repository stands for the whole
     * repository and many jars of one directory for the directory, as a hundred mounts would slow every process that
     * copies them.
     */
    static List<Path> shares(Collection<Path> entries) {
        Map<Path, Long> jars = entries.stream()
                .filter(LabClassPath::isJar)
                .collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));
        Set<Path> roots = new LinkedHashSet<>();
        for (Path entry : entries) {
            Path directory = entry.getParent();
            if (directory != null && isJar(entry) && jars.getOrDefault(directory, 0L) >= CROWD) {
                roots.add(repository(directory));
            } else {
                roots.add(repository(entry));
            }
        }
        return roots.stream()
                .filter(path -> roots.stream().noneMatch(other -> !other.equals(path) && path.startsWith(other)))
                .toList();
    }

    private static boolean isJar(Path entry) {
        return entry.toString().endsWith(".jar");
    }

    private static Path repository(Path entry) {
        for (Path path = entry.getParent(); path != null && path.getFileName() != null; path = path.getParent()) {
            Path name = path.getFileName();
            if (name.toString().equals("repository") || name.toString().equals("files-2.1")) {
                return path;
            }
        }
        return entry;
    }

    /** The running JDK, and what it links to in /etc, where distributions put its settings. */
    static List<Path> javaHome() {
        Path home = Path.of(System.getProperty("java.home"));
        Set<Path> paths = new LinkedHashSet<>();
        paths.add(home);
        try (Stream<Path> files = Files.walk(home.toRealPath(), 4)) {
            Path real = home.toRealPath();
            paths.add(real);
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Path target = Files.exists(link) ? link.toRealPath() : real;
                if (target.startsWith("/etc")) {
                    paths.add(target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + home, e);
        }
        return List.copyOf(paths);
    }
}
