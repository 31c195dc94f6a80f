package io.nspawn.host;

import io.nspawn.config.InvalidFileException;
import io.nspawn.config.SystemdDocument;
import io.nspawn.spi.HostFiles;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The bridges that systemd-networkd makes, by anybody's files. It makes ports of those alone: a {@code Bridge=} that names
 * another one is passed over, and the interface is taken out of the bridge that it is in (systemd.network(5),
 * {@code KeepMaster=}).
 */
final class NetworkdBridges {
    /** Where systemd-networkd reads, the directory first whose files count where several have one name. */
    private static final List<Path> DIRECTORIES = List.of(
            NetworkFiles.DIRECTORY,
            NetworkFiles.UNTIL_REBOOT,
            Path.of("/usr/local/lib/systemd/network"),
            Path.of("/usr/lib/systemd/network"),
            Path.of("/lib/systemd/network"));

    private static final String SECTION = "NetDev";

    private NetworkdBridges() {}

    /** Their names. */
    static Set<String> of(HostFiles files) {
        Set<String> names = new HashSet<>();
        Set<String> seen = new HashSet<>();
        for (Path directory : DIRECTORIES) {
            for (Path file : files.list(directory)) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(".netdev") && seen.add(name)) {
                    files.read(file).flatMap(NetworkdBridges::bridge).ifPresent(names::add);
                }
            }
        }
        return names;
    }

    /** The bridge that a file describes; of one that systemd refuses as a whole, none. */
    private static Optional<String> bridge(byte[] content) {
        try {
            SystemdDocument document = SystemdDocument.of(content);
            return last(document, "Kind").filter("bridge"::equals).flatMap(kind -> last(document, "Name"));
        } catch (InvalidFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> last(SystemdDocument document, String key) {
        return document.values(SECTION, key).stream().reduce((first, second) -> second);
    }
}
