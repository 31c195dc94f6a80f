package io.nspawn.local;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.PermissionDeniedException;
import io.nspawn.spi.HostFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** The files of this machine. */
final class LocalFiles implements HostFiles {
    private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r--r--");
    private static final Duration LOCK_RETRY = Duration.ofMillis(20);
    private static final int FIRST_READ = 1 << 16;
    private static final String TEMPORARY_SUFFIX = ".nspawn-tmp";

    private final Native os;

    LocalFiles(Native os) {
        this.os = os;
    }

    /** The kernel's settings end after the first read, however short, so that the first must be a long one. */
    @Override
    public Optional<byte[]> read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            byte[] buffer = new byte[FIRST_READ];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                content.write(buffer, 0, n);
            }
            return Optional.of(content.toByteArray());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (isBelowAFile(e)) {
                return Optional.empty();
            }
            throw failure("read", file, e);
        }
    }

    @Override
    public Optional<Instant> modified(Path file) {
        try {
            return Optional.of(Files.getLastModifiedTime(file).toInstant());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (isBelowAFile(e)) {
                return Optional.empty();
            }
            throw failure("look at", file, e);
        }
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** All are written and synced under temporary names before the first is renamed. */
    @Override
    public void replaceAll(Map<Path, byte[]> contents) {
        Map<Path, Path> temporaries = new LinkedHashMap<>();
        Set<Path> directories = new LinkedHashSet<>();
        try {
            for (Map.Entry<Path, byte[]> file : contents.entrySet()) {
                refuseLink(file.getKey());
                directories.addAll(makeDirectories(parent(file.getKey())));
                temporaries.put(file.getKey(), writeTemporary(file.getKey(), file.getValue()));
            }
            for (Map.Entry<Path, Path> file : temporaries.entrySet()) {
                rename(file.getValue(), file.getKey());
            }
        } catch (RuntimeException e) {
            temporaries.values().forEach(this::deleteOne);
            throw e;
        }
        directories.forEach(this::sync);
    }

    @Override
    public void writeKernelSetting(Path file, String value) {
        try {
            Files.write(file, value.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new PermissionDeniedException(
                    Failure.of("set", file.toString(), "the kernel does not take " + value + ": " + e.getMessage())
                            .remedy("Set it on the machine that owns this kernel, as root."),
                    e);
        }
    }

    @Override
    public int spareInotifyInstances(int most) {
        List<Integer> taken = new ArrayList<>();
        try {
            while (taken.size() < most) {
                OptionalInt one = os.openInotify();
                if (one.isEmpty()) {
                    break;
                }
                taken.add(one.getAsInt());
            }
            return taken.size();
        } finally {
            taken.forEach(os::close);
        }
    }

    @Override
    public List<Path> list(Path directory) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw failure("list", directory, e);
        }
        return entries;
    }

    @Override
    public boolean delete(Path path) {
        deleteOne(temporary(path));
        return deleteOne(path);
    }

    @Override
    public Lock lock(Path file, Duration deadline) {
        makeDirectories(parent(file));
        long end = System.nanoTime() + deadline.toNanos();
        int descriptor = os.open(file.toString(), Native.O_CREAT | Native.O_RDWR | Native.O_NOFOLLOW, 0600);
        try {
            while (!os.tryLock(descriptor, file.toString())) {
                if (System.nanoTime() >= end) {
                    throw busy(file, deadline);
                }
                LockSupport.parkNanos(LOCK_RETRY.toNanos());
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedOperationException(Failure.of("lock", file.toString(), "interrupted"));
                }
            }
        } catch (NspawnException e) {
            os.close(descriptor);
            throw e;
        }
        return () -> os.close(descriptor);
    }

    private static BusyException busy(Path file, Duration deadline) {
        OptionalLong holder = LockHolder.of(file);
        String who = holder.isPresent() ? "process " + holder.getAsLong() : "another deploy on this host";
        return new BusyException(
                Failure.of("lock", file.toString(), who + " held it for all of " + Failure.span(deadline))
                        .remedy("Wait for it to end: the lock ends with it, whatever becomes of it."),
                holder);
    }

    @Override
    public void close() {}

    private void refuseLink(Path file) {
        if (Files.isSymbolicLink(file)) {
            throw new AlreadyExistsException(Failure.of("write", file.toString(), "a symbolic link stands there")
                    .remedy("Remove it."));
        }
    }

    /** Makes what is missing of a directory, and tells which directories have changed. */
    private Set<Path> makeDirectories(Path directory) {
        Set<Path> changed = new LinkedHashSet<>();
        changed.add(directory);
        for (Path missing = directory; !Files.exists(missing); missing = parent(missing)) {
            changed.add(parent(missing));
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw failure("make directory", directory, e);
        }
        return changed;
    }

    private Path writeTemporary(Path file, byte[] content) {
        Path temporary = temporary(file);
        Set<OpenOption> options = Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        try (FileChannel channel = FileChannel.open(temporary, options)) {
            Files.setPosixFilePermissions(temporary, Files.exists(file) ? Files.getPosixFilePermissions(file) : MODE);
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            deleteOne(temporary);
            throw failure("write", file, e);
        }
        return temporary;
    }

    private void rename(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failure("write", to, e);
        }
    }

    private boolean deleteOne(Path path) {
        try {
            return Files.deleteIfExists(path);
        } catch (IOException e) {
            if (isBelowAFile(e)) {
                return false;
            }
            throw failure("delete", path, e);
        }
    }

    /** The JDK has an exception of its own for ENOTDIR only where it lists a directory. */
    private static boolean isBelowAFile(IOException e) {
        return e instanceof FileSystemException inPath && "Not a directory".equals(inPath.getReason());
    }

    private void sync(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw failure("sync", directory, e);
        }
    }

    private static Path temporary(Path file) {
        return file.resolveSibling(".#" + file.getFileName() + TEMPORARY_SUFFIX);
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("no file of a host: " + file);
        }
        return parent;
    }

    private static NspawnException failure(String operation, Path path, IOException e) {
        String text = String.valueOf(e.getMessage());
        Failure failure = Failure.of(operation, path.toString(), text);
        if (e instanceof AccessDeniedException || text.contains("Read-only file system")) {
            return new PermissionDeniedException(failure, e);
        }
        if (text.contains("No space left") || text.contains("quota exceeded")) {
            return new NoSpaceException(failure, e);
        }
        return new HostFailureException(failure, e);
    }
}
