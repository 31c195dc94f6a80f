package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.ImageSource;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.spi.RootFiles;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Makes roots of what is on this machine: by snapshots, and by {@code cp}, {@code tar} and {@code mmdebstrap}. */
final class ImageSources {
    private static final String MMDEBSTRAP = "mmdebstrap";
    private static final int MAGIC = 6;
    private static final int BUFFER = 1 << 16;

    /** How an archive begins, and what tar(1) is to be told then: it looks for itself only where it can seek. */
    private static final Map<String, String> COMPRESSIONS = Map.of(
            "1f8b", "--gzip",
            "425a68", "--bzip2",
            "fd377a585a00", "--xz",
            "28b52ffd", "--zstd");

    private final Native os;
    private final RootStore pool;

    ImageSources(Native os, RootStore pool) {
        this.os = os;
        this.pool = pool;
    }

    Optional<RootFiles> look(ImageSource source) {
        if (source instanceof ImageSource.Existing existing) {
            return Optional.of(pool.open(existing.image().value()));
        }
        if (source instanceof ImageSource.Directory directory) {
            return Optional.of(RootDirectory.open(os, directory.path()));
        }
        if (source instanceof ImageSource.Tar tar && !Files.isRegularFile(tar.file())) {
            throw new NotFoundException(Failure.of("open", tar.file().toString(), "there is no such file"));
        }
        if (source instanceof ImageSource.Mmdebstrap) {
            requireProgram(MMDEBSTRAP);
        }
        return Optional.empty();
    }

    String fingerprint(ImageSource source) {
        if (source instanceof ImageSource.Existing existing) {
            return pool.version(existing.image().value());
        }
        if (source instanceof ImageSource.Directory directory) {
            return "tree " + DirectoryScan.of(directory.path()).digest();
        }
        if (source instanceof ImageSource.Tar tar) {
            return "sha256 " + sha256(tar.file());
        }
        return source.description();
    }

    List<String> nested(ImageSource source) {
        if (source instanceof ImageSource.Existing existing) {
            return pool.nested(existing.image().value());
        }
        return source instanceof ImageSource.Directory directory
                ? DirectoryScan.of(directory.path()).nested()
                : List.of();
    }

    void make(String name, ImageSource source, Consumer<String> log) {
        if (source instanceof ImageSource.Existing existing) {
            pool.cloneAll(existing.image(), List.of(name));
        } else {
            pool.create(name);
        }
        try {
            fill(name, source, log);
        } catch (RuntimeException e) {
            pool.remove(List.of(name));
            throw e;
        }
    }

    private void fill(String name, ImageSource source, Consumer<String> log) {
        Path root = pool.path(name);
        if (source instanceof ImageSource.Existing existing) {
            flatten(name, pool.path(existing.image().value()), nested(source), log);
        } else if (source instanceof ImageSource.Directory directory) {
            copy(directory.path(), root, log);
            flatten(name, directory.path(), nested(source), log);
        } else if (source instanceof ImageSource.Tar tar) {
            unpack(() -> Files.newInputStream(tar.file()), root, log);
        } else if (source instanceof ImageSource.TarStream stream) {
            unpack(() -> stream.opener().get(), root, log);
        } else if (source instanceof ImageSource.Mmdebstrap debian) {
            debootstrap(debian, root, log);
        } else {
            throw new IllegalArgumentException("made elsewhere: " + source.description());
        }
    }

    /** A snapshot, and a copy on one filesystem, have an empty directory where a subvolume was (btrfs-subvolume(8)). */
    private void flatten(String name, Path from, List<String> nested, Consumer<String> log) {
        for (String path : nested) {
            log.accept("copying what is in the subvolume " + path);
            try (RootFiles root = pool.open(name)) {
                root.delete(path);
            }
            Path to = pool.path(name).resolve(path);
            try {
                Files.createDirectory(to);
            } catch (IOException e) {
                throw new HostFailureException(Failure.of("make", to.toString(), String.valueOf(e.getMessage())), e);
            }
            copy(from.resolve(path), to, log);
        }
    }

    private static void copy(Path from, Path to, Consumer<String> log) {
        List<String> command =
                List.of("cp", "--archive", "--one-file-system", "--reflink=auto", "--", from + "/.", to + "/");
        FollowedProcess.run(command, Optional.empty(), log);
    }

    @FunctionalInterface
    private interface Archive {
        InputStream open() throws IOException;
    }

    private static void unpack(Archive archive, Path root, Consumer<String> log) {
        try (BufferedInputStream stream = new BufferedInputStream(archive.open(), BUFFER)) {
            List<String> command = new ArrayList<>(List.of("tar", "--extract", "--file=-", "--directory=" + root));
            command.addAll(List.of("--numeric-owner", "--same-owner", "--same-permissions"));
            command.addAll(List.of("--xattrs", "--xattrs-include=*", "--acls"));
            compression(stream).ifPresent(command::add);
            FollowedProcess.run(command, Optional.of(stream), log);
        } catch (IOException e) {
            throw new HostFailureException(Failure.of("read", "the archive", String.valueOf(e.getMessage())), e);
        }
    }

    private static Optional<String> compression(InputStream stream) throws IOException {
        stream.mark(MAGIC);
        String start = HexFormat.of().formatHex(stream.readNBytes(MAGIC));
        stream.reset();
        return COMPRESSIONS.entrySet().stream()
                .filter(known -> start.startsWith(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** It makes the smallest set of packages with which a container boots and can be entered. */
    private static void debootstrap(ImageSource.Mmdebstrap source, Path root, Consumer<String> log) {
        requireProgram(MMDEBSTRAP);
        List<String> packages = new ArrayList<>(List.of("systemd", "systemd-sysv", "dbus", "iproute2"));
        packages.addAll(source.packages());
        List<String> command = List.of(
                MMDEBSTRAP,
                "--variant=minbase",
                "--include=" + String.join(",", packages),
                source.suite(),
                root.toString());
        FollowedProcess.run(command, Optional.empty(), log);
    }

    private static String sha256(Path file) {
        MessageDigest digest = DirectoryScan.sha256();
        try (InputStream content = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] buffer = new byte[BUFFER];
            while (content.read(buffer) >= 0) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedOperationException(Failure.of("read", file.toString(), "interrupted"));
                }
            }
        } catch (IOException e) {
            throw new HostFailureException(Failure.of("read", file.toString(), String.valueOf(e.getMessage())), e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void requireProgram(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        boolean there = Stream.of(path.split(File.pathSeparator, -1))
                .anyMatch(directory -> directory.startsWith("/") && Files.isExecutable(Path.of(directory, program)));
        if (!there) {
            throw new UnsupportedException(Failure.of("run", program, "it is not installed")
                    .remedy("Install the package " + program + ", or start from another source."));
        }
    }
}
