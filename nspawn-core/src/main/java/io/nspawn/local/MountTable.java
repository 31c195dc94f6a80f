package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The mounts that this process sees, in the kernel's order (proc_pid_mountinfo(5)). */
record MountTable(List<Mount> mounts) {
    private static final Path FILE = Path.of("/proc/self/mountinfo");
    private static final int POINT = 4;
    private static final int FIRST_OPTIONAL = 6;

    /**
     * One mount.
     *
     * @param point where it is
     * @param type the filesystem's type
     * @param source what is mounted, such as a device
     */
    record Mount(Path point, String type, String source) {}

    static MountTable read() {
        try {
            return parse(Files.readString(FILE));
        } catch (IOException e) {
            throw new HostFailureException(Failure.of("read", FILE.toString(), String.valueOf(e.getMessage())), e);
        }
    }

    static MountTable parse(String text) {
        return new MountTable(text.lines()
                .filter(line -> !line.isBlank())
                .map(MountTable::mount)
                .toList());
    }

    /** The mount seen at a mount point: the last one made there covers the others. */
    Optional<Mount> at(Path point) {
        return mounts.stream().filter(mount -> mount.point().equals(point)).reduce((first, second) -> second);
    }

    /** A mount at a directory or below it; empty if there is none. */
    Optional<Mount> below(Path directory) {
        return mounts.stream()
                .filter(mount -> mount.point().startsWith(directory))
                .findFirst();
    }

    private static Mount mount(String line) {
        List<String> fields = Arrays.asList(line.split(" ", -1));
        int separator =
                FIRST_OPTIONAL + fields.subList(FIRST_OPTIONAL, fields.size()).indexOf("-");
        return new Mount(
                Path.of(plain(fields.get(POINT))), plain(fields.get(separator + 1)), plain(fields.get(separator + 2)));
    }

    /** Blanks, backslashes and the like are written as a backslash and three octal digits. */
    private static String plain(String field) {
        byte[] escaped = field.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length; i++) {
            if (escaped[i] == '\\' && i + 3 < escaped.length) {
                out.write(Integer.parseInt(new String(escaped, i + 1, 3, StandardCharsets.US_ASCII), 8));
                i += 3;
            } else {
                out.write(escaped[i]);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
