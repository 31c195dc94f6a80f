package io.nspawn.btrfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Random;

/** A tree with one of everything that can be sent, and what becomes of it. */
final class SampleTree {
    private static final Random RANDOM = new Random(42);

    private SampleTree() {}

    /** Makes the subvolume {@code live} in a directory and fills it. */
    static Path create(Path directory) throws IOException {
        Path live = directory.resolve("live");
        Subvolumes.create(live);
        Files.createDirectories(live.resolve("etc/deep/er/still"));
        Files.writeString(live.resolve("etc/small"), "a small file\n");
        Files.write(live.resolve("etc/empty"), new byte[0]);
        Files.write(live.resolve("random"), random(3_000_001));
        Files.createDirectory(live.resolve("packed"));
        for (String method : new String[] {"zlib", "zstd", "lzo"}) {
            Path packed = Files.createDirectory(live.resolve("packed/" + method));
            Shell.run("btrfs", "property", "set", packed, "compression", method);
            Files.writeString(packed.resolve("text"), "the same line again and again\n".repeat(40_000));
            Files.writeString(packed.resolve("small"), "tiny ".repeat(100));
        }
        try (var sparse =
                Files.newByteChannel(live.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            sparse.position(1 << 20).write(ByteBuffer.wrap(random(5000)));
            sparse.position(64 << 20).write(ByteBuffer.wrap(new byte[] {1}));
        }
        Files.createLink(live.resolve("etc/hard"), live.resolve("random"));
        Files.createLink(live.resolve("etc/deep/hard2"), live.resolve("random"));
        Files.createSymbolicLink(live.resolve("etc/link"), Path.of("../../../nowhere"));
        Files.createSymbolicLink(live.resolve("absolute"), Path.of("/etc/passwd"));
        Shell.run("mknod", live.resolve("null"), "c", "1", "3");
        Shell.run("mknod", live.resolve("disk"), "b", "300", "70000");
        Shell.run("mkfifo", live.resolve("fifo"));
        Shell.run("cp", "--reflink=always", live.resolve("random"), live.resolve("reflinked"));
        properties(live);
        return live;
    }

    private static void properties(Path live) throws IOException {
        Files.setAttribute(live.resolve("etc/small"), "unix:uid", 1234);
        Files.setAttribute(live.resolve("etc/small"), "unix:gid", 0x7ffffffe);
        Files.setAttribute(live.resolve("etc/link"), "unix:uid", 99, LinkOption.NOFOLLOW_LINKS);
        Files.setPosixFilePermissions(live.resolve("etc/deep"), PosixFilePermissions.fromString("rwx-w---x"));
        Shell.run("chmod", "6751", live.resolve("etc/small"));
        Shell.run("chmod", "1777", live.resolve("etc"));
        Shell.run("chmod", "0000", live.resolve("null"));
        xattr(live.resolve("etc/small"), "user.note", "with\0zero");
        xattr(live.resolve("etc/small"), "trusted.secret", "");
        xattr(live.resolve("etc/deep"), "user.big", "x".repeat(3000));
        xattr(live, "user.root", "of the subvolume");
        xattr(live.resolve("absolute"), "trusted.onlink", "yes");
        // A capability: vfs_cap_data of revision 2 with cap_net_raw.
        xattr(live.resolve("etc/empty"), "security.capability", "\1\0\0\2\0\40" + "\0".repeat(14));
        time(live.resolve("etc/empty"), Instant.ofEpochSecond(-5, 123_456_789));
        time(live.resolve("random"), Instant.ofEpochSecond(1L << 33, 999_999_999));
        time(live.resolve("etc/link"), Instant.ofEpochSecond(1_000_000_000, 1));
        time(live, Instant.ofEpochSecond(1_234_567_890, 987_654_321));
    }

    /** Changes the tree in all the ways that an incremental stream has commands for. */
    static void change(Path live) throws IOException {
        Files.writeString(live.resolve("etc/small"), "more\n", StandardOpenOption.APPEND);
        Files.delete(live.resolve("etc/hard"));
        Files.delete(live.resolve("fifo"));
        Files.move(live.resolve("etc/deep/er"), live.resolve("moved"));
        Files.delete(live.resolve("moved/still"));
        Files.move(live.resolve("sparse"), live.resolve("moved/sparse"));
        Files.createDirectory(live.resolve("fifo"));
        Files.writeString(live.resolve("fifo/new"), "new");
        Files.createLink(live.resolve("fifo/also"), live.resolve("null"));
        try (var random = Files.newByteChannel(live.resolve("random"), StandardOpenOption.WRITE)) {
            random.position(1_000_000).write(ByteBuffer.wrap(random(100_000)));
        }
        Shell.run("truncate", "-s", "12345", live.resolve("packed/zstd/text"));
        Shell.run("cp", "--reflink=always", live.resolve("reflinked"), live.resolve("again"));
        Shell.run("chown", "-h", "7:8", live.resolve("absolute"));
        Files.writeString(live.resolve("packed/zlib/more"), "and another line\n".repeat(30_000));
        ExtendedAttributes.remove(live.resolve("etc/small"), "user.note");
        xattr(live.resolve("etc/deep"), "user.big", "smaller");
        time(live.resolve("moved/sparse"), Instant.ofEpochSecond(77, 7));
    }

    static byte[] random(int size) {
        byte[] bytes = new byte[size];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static void time(Path path, Instant time) throws IOException {
        FileTime value = FileTime.from(time);
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(value, value, null);
    }

    static void xattr(Path path, String name, String value) {
        ExtendedAttributes.set(path, name, value);
    }
}
