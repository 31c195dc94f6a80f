package io.nspawn.btrfs;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Run as a process of its own with fewer privileges: lists what is below a subvolume. */
final class DescendantsMain {
    private DescendantsMain() {}

    public static void main(String[] arguments) {
        PrintStream out =
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
        try (Filesystem filesystem = Filesystem.open(Path.of(arguments[0]));
                Subvolume subvolume = Subvolume.open(Path.of(arguments[0]))) {
            subvolume.descendants().forEach(listed -> out.println("below " + listed.path()));
            filesystem.subvolumes();
            out.println("not refused");
        } catch (BtrfsException.PermissionDenied e) {
            out.println("refused " + e.errnoName());
        }
    }
}
