// The module nspawn-btrfs without the rest: subvolumes, snapshots, batch clones, send and receive, quotas, in a file
// system
// that is made in a file and thrown away after.
//
//     ./example btrfs            as root, with btrfs-progs (mkfs.btrfs) and mount(8)
package io.nspawn.examples;

import io.nspawn.btrfs.Directory;
import io.nspawn.btrfs.EntryName;
import io.nspawn.btrfs.Filesystem;
import io.nspawn.btrfs.SendChannel;
import io.nspawn.btrfs.SendOptions;
import io.nspawn.btrfs.SnapshotOption;
import io.nspawn.btrfs.Subvolume;
import io.nspawn.btrfs.Subvolumes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Subvolumes, from Java. */
public final class BtrfsByItself {
    private static final long BYTES = 256L << 20;

    private BtrfsByItself() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        Programs.requireRoot();
        Path work = Files.createTempDirectory("btrfs-example");
        Path file = work.resolve("disk");
        Path mount = Files.createDirectory(work.resolve("mount"));
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.setLength(BYTES);
            Programs.run("mkfs.btrfs", "--quiet", file.toString());
            Programs.run("mount", "-o", "loop", file.toString(), mount.toString());
            try {
                show(mount);
            } finally {
                Programs.run("umount", mount.toString());
            }
        } finally {
            Files.deleteIfExists(file);
            Files.delete(mount);
            Files.delete(work);
        }
    }

    private static void show(Path pool) throws IOException {
        Subvolumes.create(pool.resolve("base"));
        Files.writeString(pool.resolve("base/hello"), "hello\n");
        Subvolumes.snapshot(pool.resolve("base"), pool.resolve("base@1"), SnapshotOption.READ_ONLY);
        System.out.println(Subvolumes.info(pool.resolve("base@1")));

        try (Filesystem filesystem = Filesystem.open(pool);
                Directory directory = Directory.open(pool);
                Subvolume sealed = Subvolume.open(pool.resolve("base@1"))) {
            System.out.println(filesystem.info());
            System.out.println(filesystem.features());

            List<EntryName> names = IntStream.range(0, 8)
                    .mapToObj(i -> EntryName.of("clone" + i))
                    .toList();
            directory.cloneAll(sealed, names); // all or none, one commit
            filesystem
                    .subvolumes()
                    .forEach(s ->
                            System.out.println("  " + s.path() + " " + s.info().id()));

            Subvolumes.create(pool.resolve("backup"));
            try (Directory backup = Directory.open(pool.resolve("backup"));
                    SendChannel stream = sealed.send(SendOptions.whole())) {
                backup.receive(stream);
                System.out.println("received base@1 again, " + stream.bytesRead() + " bytes: "
                        + Files.readString(pool.resolve("backup/base@1/hello")).strip());
            }

            directory.deleteSubvolumeAndWait(names.get(0), Duration.ofSeconds(30));
            System.out.println("deleted " + names.get(0) + ", and its space is free");
            System.out.println(filesystem.space());
        }
    }
}
