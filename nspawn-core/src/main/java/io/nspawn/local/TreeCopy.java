package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NspawnException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Copies a tree of one root into another as it is: owners, permissions, times, extended attributes, hard links, links,
 * pipes and device nodes. Files share their bytes where the filesystem can. Nothing runs on either root, so that what was
 * seen to be a directory stays one.
 *
 * <p>Names may be any bytes: paths are only ever resolved against others, never taken apart to text.
 */
final class TreeCopy {
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int FILE = 0100000;
    private static final int LINK = 0120000;
    private static final int PERMISSIONS = 07777;

    private final Native os;
    /** Where files that have several names were copied to first. */
    private final Map<List<Object>, Path> linked = new HashMap<>();

    TreeCopy(Native os) {
        this.os = os;
    }

    /** Copies what is at a path itself; nothing is at the target. */
    void run(Path source, Path target) {
        try {
            node(source, target);
        } catch (IOException e) {
            Failure failure = Failure.of("copy", source.toString(), String.valueOf(e.getMessage()));
            boolean full = failure.reason().contains("No space left")
                    || failure.reason().contains("quota exceeded");
            throw full ? new NoSpaceException(failure, e) : new HostFailureException(failure, e);
        }
    }

    private void node(Path source, Path target) throws IOException {
        Map<String, Object> facts = Files.readAttributes(source, "unix:*", LinkOption.NOFOLLOW_LINKS);
        int mode = number(facts, "mode");
        int type = mode & TYPE;
        if (type != DIRECTORY && number(facts, "nlink") > 1) {
            Path first = linked.putIfAbsent(List.of(value(facts, "dev"), value(facts, "ino")), target);
            if (first != null) {
                Files.createLink(target, first);
                return;
            }
        }
        switch (type) {
            case DIRECTORY -> directory(source, target);
            case FILE -> content(source, target);
            case LINK -> Files.createSymbolicLink(/* link= */ target, /* target= */ Files.readSymbolicLink(source));
            default -> os.makeNode(target, mode, ((Number) value(facts, "rdev")).longValue());
        }
        properties(source, target, facts);
    }

    private void directory(Path source, Path target) throws IOException {
        Files.createDirectory(target);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(source)) {
            for (Path entry : entries) {
                node(entry, target.resolve(Objects.requireNonNull(entry.getFileName())));
            }
        }
    }

    private void content(Path source, Path target) throws IOException {
        Files.createFile(target);
        if (!share(source, target)) {
            try (InputStream in = Files.newInputStream(source, LinkOption.NOFOLLOW_LINKS);
                    OutputStream out =
                            Files.newOutputStream(target, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                in.transferTo(out);
            }
        }
    }

    /** Not possible between files with and without checksums, say, or with a name that is no text here. */
    private boolean share(Path source, Path target) {
        try {
            int from = os.open(source.toString(), Native.O_NOFOLLOW, 0);
            try {
                int to = os.open(target.toString(), Native.O_WRONLY | Native.O_NOFOLLOW, 0);
                try {
                    os.shareContent(from, to, source.toString());
                    return true;
                } finally {
                    os.close(to);
                }
            } finally {
                os.close(from);
            }
        } catch (NoSpaceException e) {
            throw e;
        } catch (NspawnException e) {
            return false;
        }
    }

    /**
     * The owner first: changing it takes the set-user bit and capabilities away. The times last: all else changes them.
     * Nothing is opened: a pipe would wait for its other end, and a device might do anything.
     */
    private void properties(Path source, Path target, Map<String, Object> facts) throws IOException {
        Files.setAttribute(target, "unix:uid", value(facts, "uid"), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(target, "unix:gid", value(facts, "gid"), LinkOption.NOFOLLOW_LINKS);
        int mode = number(facts, "mode");
        if ((mode & TYPE) != LINK) {
            os.changeMode(target, mode & PERMISSIONS);
        }
        for (String name : os.attributes(source)) {
            os.copyAttribute(source, target, name);
        }
        os.changeTimes(target, instant(facts, "lastAccessTime"), instant(facts, "lastModifiedTime"));
    }

    private static Instant instant(Map<String, Object> facts, String name) {
        return ((FileTime) value(facts, name)).toInstant();
    }

    private static int number(Map<String, Object> facts, String name) {
        return ((Number) value(facts, name)).intValue();
    }

    private static Object value(Map<String, Object> facts, String name) {
        return Objects.requireNonNull(facts.get(name));
    }
}
