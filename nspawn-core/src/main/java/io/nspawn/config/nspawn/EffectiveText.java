package io.nspawn.config.nspawn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says in words what a container will get, for a plan that is shown before the start. */
final class EffectiveText {
    private final List<String> lines = new ArrayList<>();

    private EffectiveText() {}

    static List<String> of(EffectiveSettings effective) {
        EffectiveText text = new EffectiveText();
        NspawnSettings settings = effective.settings();
        text.start(settings.exec());
        text.users(settings.exec());
        text.network(settings.network());
        text.capabilities(effective);
        settings.files().mounts().forEach(mount -> text.lines.add("mount: " + mount(mount)));
        effective.ignored().forEach(finding -> text.lines.add("ignored: " + finding));
        return List.copyOf(text.lines);
    }

    private void start(NspawnSettings.Exec exec) {
        String parameters = exec.parameters().isEmpty() ? "" : " " + String.join(" ", exec.parameters());
        lines.add(
                switch (exec.startMode().orElse(StartMode.BOOT)) {
                    case BOOT -> "start: the container's init" + parameters;
                    case PID2 -> "start:" + parameters + " below a small init";
                    case PID1 -> "start:" + parameters + " as PID 1";
                });
    }

    private void users(NspawnSettings.Exec exec) {
        UserNamespace users = exec.privateUsers().orElse(UserNamespace.none());
        String ownership = exec.ownership().map(Choice::text).orElse("off");
        lines.add(
                switch (users.mode()) {
                    case NO -> "users: the host's own ids";
                    case PICK -> "users: a free range of ids, ownership " + ownership;
                    case MANAGED -> "users: a managed range of ids, ownership " + ownership;
                    case FIXED ->
                        "users: "
                                + users.shift().stream()
                                        .mapToObj(s -> "ids from " + s)
                                        .findFirst()
                                        .orElse("the ids of the image's owner")
                                + ", ownership " + ownership;
                });
    }

    private void network(NspawnSettings.Network network) {
        if (network.namespacePath().isPresent()) {
            lines.add("network: the namespace " + network.namespacePath().get());
            return;
        }
        if (!network.isolates()) {
            lines.add("network: the host's");
            return;
        }
        lines.add("network: its own" + (network.hasVeth() ? ", with a veth" : "")
                + network.bridge().map(b -> " in the bridge " + b).orElse("")
                + network.zone().map(z -> " in the bridge " + z).orElse(""));
        links("interface", network.interfaces());
        links("macvlan", network.macvlan());
        links("ipvlan", network.ipvlan());
        links("veth", network.vethExtra());
        network.ports().forEach(port -> lines.add("port: " + port.text()));
    }

    private void links(String kind, List<InterfacePair> pairs) {
        for (InterfacePair pair : pairs) {
            lines.add(kind + ": " + pair.host()
                    + pair.container().map(c -> " as " + c).orElse(""));
        }
    }

    private void capabilities(EffectiveSettings effective) {
        if (!effective.capabilitiesAdded().isEmpty()) {
            lines.add("capabilities added: " + effective.capabilitiesAdded());
        }
        if (!effective.capabilitiesDropped().isEmpty()) {
            lines.add("capabilities dropped: " + effective.capabilitiesDropped());
        }
    }

    private static String mount(Mount mount) {
        if (mount instanceof Mount.Bind bind) {
            return bind.source().orElse("a new directory") + " at " + bind.destination()
                    + (bind.readOnly() ? ", read-only" : "")
                    + bind.options().map(o -> ", " + o).orElse("");
        }
        if (mount instanceof Mount.TemporaryFileSystem tmpfs) {
            return "a tmpfs at " + tmpfs.destination() + ", " + tmpfs.options();
        }
        if (mount instanceof Mount.Overlay overlay) {
            return overlay.lower().stream().collect(Collectors.joining(" and "))
                    + " below "
                    + Optional.of(overlay).flatMap(Mount.Overlay::upper).orElse("a new directory")
                    + " at " + overlay.destination() + (overlay.readOnly() ? ", read-only" : "");
        }
        return "nothing to be seen at " + mount.destination();
    }
}
