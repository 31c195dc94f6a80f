package io.nspawn.local;

import io.nspawn.dbus.Descriptor;
import io.nspawn.model.Failure;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Single files of a container that runs, as it sees them. Paths are resolved by the kernel below its root (openat2(2),
 * RESOLVE_IN_ROOT). Files are made as its root user: the mounts of a container with a user namespace know no other
 * (mount_setattr(2), MOUNT_ATTR_IDMAP).
 */
final class ContainerFiles {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");
    private static final int BUFFER = 64 * 1024;

    private final Native os;
    private final ContainerRoot root;

    ContainerFiles(Native os, ContainerRoot root) {
        this.os = os;
        this.root = root;
    }

    InputStream read(String path) {
        int handle = os.openInRoot(root.directory(), path, Native.O_PATH);
        try {
            Path itself = Path.of("/proc/self/fd/" + handle);
            if (!Files.isRegularFile(itself)) {
                throw new NotFoundException(Failure.of("read", path, "is no regular file"));
            }
            return new FileInputStream(
                    Descriptor.adopt(os.open(itself.toString(), 0, 0)).value());
        } finally {
            os.close(handle);
        }
    }

    void write(String path, InputStream content, int mode) {
        String relative = path.substring(1);
        int slash = relative.lastIndexOf('/');
        String name = relative.substring(slash + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("no file's path: \"" + path + '"');
        }
        int parent = os.openInRoot(
                root.directory(), slash < 0 ? "." : relative.substring(0, slash), Native.O_PATH | Native.O_DIRECTORY);
        try {
            replace(parent, name, content, mode);
        } catch (IOException e) {
            throw new UncheckedIOException("writing " + path + " in " + root.machine() + " failed", e);
        } finally {
            os.close(parent);
        }
    }

    private void replace(int parent, String name, InputStream content, int mode) throws IOException {
        String temporary = ".#nspawn-" + UUID.randomUUID();
        int flags = Native.O_CREAT | Native.O_EXCL | Native.O_WRONLY | Native.O_NOFOLLOW;
        int file = root.asRoot(() -> os.openAt(parent, temporary, flags, 0600));
        try {
            fill(file, content);
            os.changeMode(file, mode, name);
            root.asRoot(() -> {
                os.rename(parent, temporary, name);
                return name;
            });
        } catch (IOException | RuntimeException e) {
            discard(parent, temporary);
            throw e;
        } finally {
            os.close(file);
        }
    }

    private void fill(int file, InputStream content) throws IOException {
        byte[] bytes = new byte[BUFFER];
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        for (int n = content.read(bytes); n >= 0; n = content.read(bytes)) {
            buffer.clear();
            buffer.put(bytes, 0, n).flip();
            while (buffer.hasRemaining()) {
                os.write(file, buffer, BUFFER, "a file in a container");
            }
        }
    }

    private void discard(int parent, String temporary) {
        try {
            os.unlink(parent, temporary, false);
        } catch (NspawnException e) {
            LOG.warn("{} stays in {}: {}", temporary, root.machine(), e.getMessage());
        }
    }
}
