package io.nspawn.btrfs;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Run as a process of its own: says what each call answers without CAP_SYS_ADMIN, or, with a second argument, without
 * any capability on what is somebody else's.
 */
final class UnprivilegedMain {
    private final PrintStream out =
            new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);

    private UnprivilegedMain() {}

    public static void main(String[] arguments) {
        try (Filesystem filesystem = Filesystem.open(Path.of(arguments[0]));
                Subvolume base = filesystem.directory().openSubvolume(EntryName.of("base"))) {
            UnprivilegedMain main = new UnprivilegedMain();
            if (arguments.length == 1) {
                main.call(filesystem, base);
            } else {
                main.callOnAnothers(filesystem, base);
            }
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

    private void callOnAnothers(Filesystem filesystem, Subvolume base) {
        Directory directory = filesystem.directory();
        EntryName made = EntryName.of("made");
        say("snapshot", () -> directory.snapshot(base, made));
        say("cloneAll", () -> directory.cloneAll(base, names()));
        say("recursive", () -> directory.snapshot(base, made, SnapshotOption.RECURSIVE));
        say("readOnly", () -> base.setReadOnly(false));
        say("createIn", () -> base.directory().createSubvolume(made));
        say("send", () -> send(base));
        say("children", base::children);
        say("ownData", base::ownData);
        say("deletedNotCleaned", filesystem::deletedNotCleaned);
        say("info", base::info);
        say("descendants", base::descendants);
        say("create", () -> directory.createSubvolume(made));
    }

    private static List<EntryName> names() {
        return List.of(EntryName.of("a"), EntryName.of("b"), EntryName.of("c"), EntryName.of("d"));
    }

    private static void send(Subvolume base) {
        try (SendChannel channel = base.send(SendOptions.whole())) {
            channel.read(ByteBuffer.allocate(1000));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
