package io.nspawn.local;

import io.nspawn.model.ExecResult;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A directory of the host as it is now, on its own filesystem: what stands in it, without the content.
 *
 * @param digest another whenever a file's path, kind, mode, owner, size, time of change or link's target is
 * @param nested paths of the btrfs subvolumes in it, parents first
 */
record DirectoryScan(String digest, List<String> nested) {
    private static final Duration DEADLINE = Duration.ofMinutes(10);
    /** Names are bytes: find(1) gives them as they are, where a JVM can only name those of its locale. */
    private static final String FORMAT = "%D %i\\t%P\\t%y %m %U %G %s %T@ %l\\0";

    /** The inode of every subvolume's root (btrfs(5)). */
    private static final String ROOT_INODE = "256";

    static DirectoryScan of(Path directory) {
        MessageDigest digest = sha256();
        List<String> nested = new ArrayList<>();
        add(directory, "", digest, nested);
        return new DirectoryScan(HexFormat.of().formatHex(digest.digest()), List.copyOf(nested));
    }

    private static void add(Path directory, String below, MessageDigest digest, List<String> nested) {
        List<String> subvolumes = new ArrayList<>();
        String device = "";
        for (String line : entries(directory)) {
            String[] fields = line.split("\t", 3);
            String own = fields[0].substring(0, fields[0].indexOf(' '));
            device = device.isEmpty() ? own : device;
            // Of what is no directory an overlay tells the device of whatever layer it is in.
            if (own.equals(device) || !fields[2].startsWith("d")) {
                digest.update((below + fields[1] + '\t' + fields[2] + '\0').getBytes(StandardCharsets.ISO_8859_1));
            } else if (fields[0].endsWith(" " + ROOT_INODE) && !isMount(directory.resolve(fields[1]))) {
                subvolumes.add(fields[1]);
            }
        }
        for (String path : subvolumes) {
            nested.add(below + path);
            add(directory.resolve(path), below + path + "/", digest, nested);
        }
    }

    private static boolean isMount(Path path) {
        return MountTable.read().at(path).isPresent();
    }

    /** Sorted by path: a directory's own comes first, and the order on disk counts for nothing. */
    private static List<String> entries(Path directory) {
        ExecResult found =
                ChildProcess.run(List.of("find", directory.toString(), "-xdev", "-printf", FORMAT), DEADLINE);
        if (!found.ok()) {
            throw new HostFailureException(
                    Failure.of("look at", directory.toString(), found.stderr().strip()));
        }
        String text = new String(found.stdoutBytes(), StandardCharsets.ISO_8859_1);
        return Arrays.stream(text.split("\0"))
                .filter(line -> !line.isEmpty())
                .sorted((one, other) -> path(one).compareTo(path(other)))
                .toList();
    }

    private static String path(String line) {
        return line.substring(line.indexOf('\t') + 1, line.indexOf('\t', line.indexOf('\t') + 1));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
