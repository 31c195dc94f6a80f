package io.nspawn.btrfs;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Run as a process of its own without CAP_SYS_ADMIN: says what each call answers. */
final class UnprivilegedMain {
    private final PrintStream out =
            new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);

    private UnprivilegedMain() {}

    public static void main(String[] arguments) {
        try (Filesystem filesystem = Filesystem.open(Path.of(arguments[0]));
                Subvolume base = filesystem.directory().openSubvolume(EntryName.of("base"))) {
            new UnprivilegedMain().call(filesystem, base);
        }
    }

    private void call(Filesystem filesystem, Subvolume base) {
        Directory directory = filesystem.directory();
        say("delete", () -> directory.deleteSubvolume(EntryName.of("base")));
        say("deleteById", () -> filesystem.delete(base.id()));
        say("subvolumes", filesystem::subvolumes);
        say("default", () -> filesystem.setDefaultSubvolume(base.id()));
        say("label", () -> filesystem.setLabel("x"));
        say("quota", () -> filesystem.quota().enableSimple());
        say("resize", () -> filesystem.resize(1, OptionalLong.empty()));
        say("create", () -> directory.createSubvolume(EntryName.of("created")));
        say("snapshot", () -> directory.snapshot(base, EntryName.of("copy")));
        say("readOnly", () -> base.setReadOnly(true));
        say("info", base::info);
        say("space", filesystem::space);
        say("sync", filesystem::sync);
    }

    private void say(String name, Runnable call) {
        try {
            call.run();
            out.println("call " + name + " done");
        } catch (BtrfsException e) {
            out.println("call " + name + " " + e.getClass().getSimpleName() + " " + e.errnoName());
        }
    }
}
