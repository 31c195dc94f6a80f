package io.nspawn.local;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Size;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * The sparse file that a pool lies in. It is made whole under a temporary name, so that what has its name is a btrfs.
 *
 * @param path its path
 */
record LoopFile(Path path) {
    private static final String TEMPORARY_SUFFIX = ".nspawn-tmp";

    /**
     * Makes it unless it is there.
     *
     * @return whether it was made
     * @throws AlreadyExistsException if something else has its name
     */
    boolean make(Size size) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            requireBtrfs();
            return false;
        }
        Path temporary = path.resolveSibling(".#" + path.getFileName() + TEMPORARY_SUFFIX);
        try {
            // The name is ours alone: whoever left a file there was killed at this.
            Files.deleteIfExists(temporary);
            create(temporary, size);
            Mkfs.btrfs(temporary);
            sync(temporary, StandardOpenOption.WRITE);
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
            sync(directory(), StandardOpenOption.READ);
            return true;
        } catch (IOException e) {
            throw after(temporary, failure("make", e));
        } catch (NspawnException e) {
            throw after(temporary, e);
        }
    }

    /** Makes it longer, and never shorter. */
    void extend(Size size) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            if (file.length() < size.bytes()) {
                file.setLength(size.bytes());
                file.getChannel().force(true);
            }
        } catch (IOException e) {
            throw failure("extend", e);
        }
    }

    Size size() {
        try {
            return Size.ofBytes(Files.size(path));
        } catch (IOException e) {
            throw failure("measure", e);
        }
    }

    /** What the filesystem that it lies on has free. */
    Size room() {
        try {
            return Size.ofBytes(Files.getFileStore(directory()).getUsableSpace());
        } catch (IOException e) {
            throw failure("measure what is below", e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw failure("delete", e);
        }
    }

    private void requireBtrfs() {
        Failure failure = Failure.of("make a pool in", path.toString(), "it is there, and is no btrfs");
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                || !(Signatures.of(path) instanceof Signatures.Btrfs)) {
            throw new AlreadyExistsException(failure.remedy("Move it away; it was not touched."));
        }
    }

    private static void create(Path temporary, Size size) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FileChannel.open(
                        temporary,
                        options,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                .close();
        try (RandomAccessFile file = new RandomAccessFile(temporary.toFile(), "rw")) {
            file.setLength(size.bytes());
        }
    }

    private static void sync(Path what, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(what, how)) {
            channel.force(true);
        }
    }

    private static NspawnException after(Path temporary, NspawnException cause) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        return cause;
    }

    private Path directory() {
        return Optional.ofNullable(path.getParent()).orElseThrow();
    }

    private NspawnException failure(String operation, IOException e) {
        String text = String.valueOf(e.getMessage());
        Failure failure = Failure.of(operation, path.toString(), text);
        boolean full = text.contains("No space left") || text.contains("File too large") || text.contains("quota");
        return full ? new NoSpaceException(failure, e) : new HostFailureException(failure, e);
    }
}
