package io.nspawn.config;

import io.nspawn.model.Bind;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerSpec.Payload;
import io.nspawn.model.MachineName;
import io.nspawn.net.InterfaceName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The {@code .nspawn} file of a container (systemd.nspawn(5)), in the directory whose files are trusted: privileged
 * settings count only there.
 *
 * <p>The template unit reads it with {@code --settings=override}, which replaces whole groups: any key of
 * {@code [Network]} drops the template's veth, {@code PrivateUsersOwnership=} alone turns user namespaces off,
 * {@code Parameters=} without {@code Boot=} is ignored. So each of these is always written with its companion.
 */
public final class SettingsFile {
    /** The note that holds a container's name as its spec gave it. */
    public static final String NAME_FACT = "Name";

    /** The note that names the image a container was cloned from. */
    public static final String IMAGE_FACT = "Image";

    /** The note that holds a digest of all that a spec came down to. */
    public static final String SPEC_FACT = "Spec";

    /** The note that names the static addresses of a container, which tell when its network is up. */
    public static final String ADDRESSES_FACT = "Addresses";

    private static final Path DIRECTORY = Path.of("/etc/systemd/nspawn");

    private SettingsFile() {}

    /** The directory of trusted settings that an operator's and this library's files share. */
    public static Path directory() {
        return DIRECTORY;
    }

    /** Where the file of a machine stands. */
    public static Path path(MachineName machine) {
        return DIRECTORY.resolve(machine + ".nspawn");
    }

    public static SystemdFile of(ContainerSpec spec) {
        SystemdFile.Builder file = SystemdFile.builder();
        exec(file.section("Exec"), spec);
        files(file.section("Files"), spec);
        network(
                file.section("Network"),
                spec.nics().stream().map(n -> n.lower()).toList());
        return file.build();
    }

    private static void exec(SystemdFile.Builder file, ContainerSpec spec) {
        if (spec.payload() instanceof Payload.Runs runs) {
            file.set("Boot", false).set("ProcessTwo", true).set("Parameters", words(runs.command()));
        } else {
            file.set("Boot", true).set("NotifyReady", true);
        }
        spec.environment().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(e -> file.set("Environment", Quoting.word(e.getKey() + "=" + e.getValue())));
        file.set("PrivateUsers", spec.userNamespace() ? "pick" : "no");
        file.set("ResolvConf", "off").set("Timezone", "off");
        file.set("LinkJournal", spec.persistentJournal() ? "try-guest" : "no");
    }

    private static void files(SystemdFile.Builder file, ContainerSpec spec) {
        file.set("PrivateUsersOwnership", spec.userNamespace() ? "auto" : "off");
        for (Bind bind : spec.binds()) {
            file.set(bind.readOnly() ? "BindReadOnly" : "Bind", bindValue(bind.source(), bind.target()));
        }
        spec.devices().forEach(device -> file.set("Bind", bindValue(device, device)));
    }

    private static void network(SystemdFile.Builder file, List<InterfaceName> lowers) {
        file.set("Private", true).set("VirtualEthernet", false);
        if (!lowers.isEmpty()) {
            file.set("MACVLAN", lowers.stream().map(InterfaceName::value).collect(Collectors.joining(" ")));
        }
    }

    private static String bindValue(Path source, Path target) {
        return Quoting.field(source.toString()) + ":" + Quoting.field(target.toString());
    }

    private static String words(List<String> command) {
        return command.stream().map(Quoting::word).collect(Collectors.joining(" "));
    }
}
