package io.nspawn.testkit;

import io.nspawn.model.MachineName;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.NspawnNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What nspawn takes from a container's {@code .nspawn} file, over what the template unit says. */
final class ContainerSettings {
    private final IniText file;

    private ContainerSettings(IniText file) {
        this.file = file;
    }

    /** A macvlan that nspawn makes. */
    record Macvlan(InterfaceName lower, InterfaceName inside) {}

    static ContainerSettings of(FakeFiles files, MachineName machine) {
        String name = "/" + machine + ".nspawn";
        Optional<String> text =
                files.text(FakeFiles.SETTINGS + name).or(() -> files.text(FakeFiles.RUNTIME_SETTINGS + name));
        return new ContainerSettings(new IniText(text.orElse("")));
    }

    boolean boots() {
        return file.isOn("Exec", "Boot", true);
    }

    /** The template asks for a veth, until the file has anything to say about the network. */
    boolean hasVeth() {
        return file.isOn("Network", "VirtualEthernet", !file.has("Network"));
    }

    /** The template asks for one ({@code -U}), until the file says otherwise. */
    boolean hasUserNamespace() {
        return !List.of("no", "false", "off", "0", "n", "f")
                .contains(file.last("Exec", "PrivateUsers").orElse("pick"));
    }

    boolean linksJournal() {
        return file.last("Exec", "LinkJournal").orElse("try-guest").equals("try-guest");
    }

    List<Macvlan> macvlans() {
        return file.words("Network", "MACVLAN").stream()
                .map(ContainerSettings::macvlan)
                .toList();
    }

    /** The host's side of all binds. */
    List<String> bindSources() {
        List<String> values = new ArrayList<>(file.values("Files", "Bind"));
        values.addAll(file.values("Files", "BindReadOnly"));
        return values.stream().map(ContainerSettings::firstField).toList();
    }

    private static Macvlan macvlan(String word) {
        int colon = word.indexOf(':');
        InterfaceName lower = InterfaceName.of(colon < 0 ? word : word.substring(0, colon));
        Optional<InterfaceName> given =
                colon < 0 ? Optional.empty() : Optional.of(InterfaceName.of(word.substring(colon + 1)));
        return new Macvlan(lower, given.orElseGet(() -> NspawnNames.HASHED.macvlan(lower)));
    }

    /** What stands before the first colon that no backslash escapes. */
    private static String firstField(String value) {
        StringBuilder field = new StringBuilder();
        for (int i = 0; i < value.length() && value.charAt(i) != ':'; i++) {
            if (value.charAt(i) == '\\' && i + 1 < value.length()) {
                i++;
            }
            field.append(value.charAt(i));
        }
        return field.toString();
    }
}
