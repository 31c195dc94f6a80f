package io.nspawn.deploy;

import io.nspawn.spi.HostFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which file systems can be mounted with their owners mapped ({@code mount_setattr(2)}, {@code MOUNT_ATTR_IDMAP}): each
 * can from a version of Linux on, or not at all. One that is not known here is given the benefit of the doubt; the start
 * tells.
 */
final class MappedMounts {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

    /** Major and minor version in one number: 5.15 is 5015. */
    private static final Map<String, Integer> SINCE = Map.of(
            "ext4",
            5012,
            "vfat",
            5012,
            "xfs",
            5012,
            "btrfs",
            5015,
            "ntfs3",
            5015,
            "f2fs",
            5018,
            "erofs",
            5019,
            "squashfs",
            6002,
            "tmpfs",
            6003,
            "ceph",
            6007);

    private static final Set<String> NEVER = Set.of(
            "overlay", "nfs", "nfs4", "9p", "cifs", "smb3", "fuseblk", "ramfs", "proc", "sysfs", "autofs", "devtmpfs");

    private MappedMounts() {}

    private record Mount(Path point, String type) {}

    /** Why owners cannot be mapped below a path; empty if they can, as far as is known. */
    static Optional<String> obstacle(HostFiles files, Path path) {
        return text(files, MOUNTS)
                .flatMap(mounts -> mounts.lines()
                        .flatMap(line -> mount(line).stream())
                        .filter(mount -> path.startsWith(mount.point()))
                        .max(Comparator.comparingInt(mount -> mount.point().getNameCount())))
                .flatMap(mount -> obstacle(files, mount.type()));
    }

    private static Optional<String> obstacle(HostFiles files, String type) {
        if (NEVER.contains(type) || type.startsWith("fuse.")) {
            return Optional.of("its file system, " + type + ", cannot map owners");
        }
        int since = SINCE.getOrDefault(type, 0);
        int kernel = text(files, RELEASE).map(MappedMounts::version).orElse(Integer.MAX_VALUE);
        return kernel < since
                ? Optional.of("its file system, " + type + ", maps owners from Linux " + since / 1000 + "."
                        + since % 1000 + " on")
                : Optional.empty();
    }

    /** Of several at one place the last was mounted over the others; its line comes last (proc(5)). */
    private static Optional<Mount> mount(String line) {
        String[] halves = line.split(" - ", 2);
        String[] fields = halves[0].split(" ", -1);
        if (halves.length < 2 || fields.length < 5) {
            return Optional.empty();
        }
        String point = ESCAPE.matcher(fields[4])
                .replaceAll(m -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(m.group(1), 8))));
        return Optional.of(new Mount(Path.of(point), halves[1].split(" ", -1)[0]));
    }

    private static int version(String release) {
        Matcher matcher = VERSION.matcher(release);
        return matcher.matches()
                ? Integer.parseInt(matcher.group(1)) * 1000 + Integer.parseInt(matcher.group(2))
                : Integer.MAX_VALUE;
    }

    private static Optional<String> text(HostFiles files, Path file) {
        return files.read(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
