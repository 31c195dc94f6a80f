package io.nspawn.local;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NotFoundException;
import io.nspawn.spi.RootFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A container's root, held open. Every path is resolved by the kernel as if this directory were {@code /}
 * (openat2(2), RESOLVE_IN_ROOT), so that a link planted inside cannot lead to the host.
 */
final class RootDirectory implements RootFiles {
    private static final int MAX_FILE = 1 << 20;
    private static final int DIRECTORY_MODE = 0755;
    private static final String TEMPORARY = ".#nspawn-tmp";

    private final Native os;
    private final int root;

    private RootDirectory(Native os, int root) {
        this.os = os;
        this.root = root;
    }

    /**
     * Opens a root of the pool by its name.
     *
     * @throws NotFoundException if there is no directory of that name in the pool
     */
    static RootDirectory open(Native os, Path pool, String name) {
        int parent = os.open(pool.toString(), Native.O_DIRECTORY, 0);
        try {
            return new RootDirectory(os, os.openAt(parent, name, Native.O_DIRECTORY | Native.O_NOFOLLOW, 0));
        } finally {
            os.close(parent);
        }
    }

    /**
     * Opens a root file system anywhere on the host.
     *
     * @throws NotFoundException if there is no directory
     */
    static RootDirectory open(Native os, Path directory) {
        return new RootDirectory(os, os.open(directory.toString(), Native.O_DIRECTORY, 0));
    }

    /** Only a regular file is read: opening a device or a pipe that a container planted could do anything. */
    @Override
    public Optional<byte[]> read(String path) {
        int handle;
        try {
            handle = os.openInRoot(root, path, Native.O_PATH);
        } catch (NotFoundException e) {
            return Optional.empty();
        }
        try {
            if (!Files.isRegularFile(ofDescriptor(handle))) {
                return Optional.empty();
            }
            int file = os.open(ofDescriptor(handle).toString(), Native.O_NONBLOCK, 0);
            try {
                return Optional.of(readAll(file, path));
            } finally {
                os.close(file);
            }
        } finally {
            os.close(handle);
        }
    }

    @Override
    public void write(String path, byte[] content, int mode) {
        inParent(path, (parent, name) -> {
            discard(parent);
            int flags = Native.O_CREAT | Native.O_EXCL | Native.O_WRONLY | Native.O_NOFOLLOW;
            int file = os.openAt(parent, TEMPORARY, flags, 0600);
            try {
                os.writeAll(file, content, path);
                os.changeMode(file, mode, path);
            } finally {
                os.close(file);
            }
            os.rename(parent, TEMPORARY, name);
        });
    }

    @Override
    public void overwrite(String path, byte[] content, int mode) {
        inParent(path, (parent, name) -> {
            int handle;
            try {
                handle = os.openAt(parent, name, Native.O_PATH | Native.O_NOFOLLOW, 0);
            } catch (NotFoundException e) {
                write(path, content, mode);
                return;
            }
            try {
                if (Files.isRegularFile(ofDescriptor(handle))) {
                    fill(handle, path, content, mode);
                } else {
                    write(path, content, mode);
                }
            } finally {
                os.close(handle);
            }
        });
    }

    private void fill(int handle, String path, byte[] content, int mode) {
        int file = os.open(ofDescriptor(handle).toString(), Native.O_WRONLY | Native.O_TRUNC, 0);
        try {
            os.writeAll(file, content, path);
            os.changeMode(file, mode, path);
        } finally {
            os.close(file);
        }
    }

    @Override
    public void link(String path, String target) {
        inParent(path, (parent, name) -> {
            discard(parent);
            os.symlink(target, parent, TEMPORARY);
            os.rename(parent, TEMPORARY, name);
        });
    }

    @Override
    public List<String> list(String directory) {
        int handle;
        try {
            handle = os.openInRoot(root, directory, Native.O_DIRECTORY);
        } catch (NotFoundException e) {
            return List.of();
        }
        try {
            return names(handle, directory);
        } finally {
            os.close(handle);
        }
    }

    @Override
    public boolean delete(String path) {
        int parent;
        try {
            parent = os.openInRoot(root, parentOf(path), Native.O_PATH | Native.O_DIRECTORY);
        } catch (NotFoundException e) {
            return false;
        }
        try {
            return deleteTree(parent, nameOf(path));
        } finally {
            os.close(parent);
        }
    }

    /** Copies what is at a path to the same path of another root; nothing if there is nothing. */
    void copyTo(RootDirectory target, String path, TreeCopy copy) {
        int from;
        try {
            from = os.openInRoot(root, parentOf(path), Native.O_PATH | Native.O_DIRECTORY);
        } catch (NotFoundException e) {
            return;
        }
        try {
            Path source = ofDescriptor(from).resolve(nameOf(path));
            if (Files.exists(source, LinkOption.NOFOLLOW_LINKS)) {
                target.inParent(path, (parent, name) -> {
                    target.deleteTree(parent, name);
                    copy.run(source, ofDescriptor(parent).resolve(name));
                });
            }
        } finally {
            os.close(from);
        }
    }

    @Override
    public void close() {
        os.close(root);
    }

    @FunctionalInterface
    private interface InParent {
        void run(int parent, String name);
    }

    private void inParent(String path, InParent action) {
        int parent = openOrMake(parentOf(path));
        try {
            action.run(parent, nameOf(path));
        } finally {
            os.close(parent);
        }
    }

    /** Opens a directory, making what is missing of it from its parent downwards. */
    private int openOrMake(String directory) {
        try {
            return os.openInRoot(root, directory, Native.O_DIRECTORY);
        } catch (NotFoundException e) {
            if (directory.equals(".")) {
                throw e;
            }
            int parent = openOrMake(parentOf(directory));
            try {
                os.makeDirectory(parent, nameOf(directory), DIRECTORY_MODE);
            } catch (AlreadyExistsException made) {
                // A dangling link or a file stands there: the open below says which.
                throw new NotFoundException(
                        Failure.of("write into", directory, "is a file or a dangling link, not a directory"), made);
            } finally {
                os.close(parent);
            }
            return os.openInRoot(root, directory, Native.O_DIRECTORY);
        }
    }

    /** A run that was killed may have left its temporary file. */
    private void discard(int parent) {
        deleteTree(parent, TEMPORARY);
    }

    private boolean deleteTree(int parent, String name) {
        int directory;
        try {
            directory = os.openAt(parent, name, Native.O_DIRECTORY | Native.O_NOFOLLOW, 0);
        } catch (NotFoundException | HostFailureException notADirectory) {
            return deleteFile(parent, name);
        }
        try {
            for (String child : names(directory, name)) {
                deleteTree(directory, child);
            }
        } finally {
            os.close(directory);
        }
        os.unlink(parent, name, true);
        return true;
    }

    private boolean deleteFile(int parent, String name) {
        try {
            os.unlink(parent, name, false);
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    private List<String> names(int directory, String what) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(ofDescriptor(directory))) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (IOException e) {
            throw new HostFailureException(Failure.of("list", what, String.valueOf(e.getMessage())), e);
        }
        return names;
    }

    private byte[] readAll(int file, String path) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int n = os.read(file, buffer, path); n > 0; n = os.read(file, buffer, path)) {
            content.write(buffer, 0, n);
            if (content.size() > MAX_FILE) {
                throw new HostFailureException(Failure.of("read", path, "has more than " + MAX_FILE + " bytes"));
            }
        }
        return content.toByteArray();
    }

    private static Path ofDescriptor(int descriptor) {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    private static String parentOf(String path) {
        int slash = relative(path).lastIndexOf('/');
        return slash < 0 ? "." : relative(path).substring(0, slash);
    }

    private static String nameOf(String path) {
        String name = relative(path).substring(relative(path).lastIndexOf('/') + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("no file in a root: \"" + path + '"');
        }
        return name;
    }

    private static String relative(String path) {
        return path.startsWith("/") ? path.substring(1) : path;
    }
}
