package io.nspawn.config.nspawn;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@code systemd-nspawn@.service} and a {@code .nspawn} file will do together. The unit runs nspawn with
 * {@code --quiet --keep-unit --boot --link-journal=try-guest --network-veth -U --settings=override}; the file replaces the
 * command line group by group, as {@code merge_settings()} of systemd 252 to 262 does.
 *
 * @param settings the settings in force: those of the file, and the unit's where the file says nothing of a group
 * @param capabilitiesAdded what the container has besides nspawn's own set
 * @param capabilitiesDropped what is taken from that set
 * @param ignored what of the file does not count, and why
 */
public record EffectiveSettings(
        NspawnSettings settings,
        CapabilitySet capabilitiesAdded,
        CapabilitySet capabilitiesDropped,
        List<Diagnostic> ignored) {
    private static final CapabilitySet NET_ADMIN = CapabilitySet.of("CAP_NET_ADMIN");

    public EffectiveSettings {
        Objects.requireNonNull(settings);
        ignored = List.copyOf(ignored);
    }

    /**
     * Merges.
     *
     * @param reading a file that systemd accepts
     * @param trusted whether it lies below {@code /etc/systemd/nspawn} or {@code /run/systemd/nspawn}
     * @throws io.nspawn.config.InvalidFileException if systemd refuses the file
     */
    public static EffectiveSettings of(SettingsReading reading, boolean trusted) {
        NspawnSettings file = reading.orThrow();
        NspawnSettings counted = trusted ? file : TrustedPart.of(file);
        NspawnSettings.Exec exec = exec(counted.exec(), reading.version());
        NspawnSettings.Network network =
                counted.network().isConfigured() ? resolved(counted.network()) : unitNetwork(counted.network());
        CapabilitySet kept = kept(file, trusted);
        CapabilitySet dropped = file.exec().dropCapability().with(NET_ADMIN.without(kept));
        return new EffectiveSettings(
                new NspawnSettings(exec, counted.files(), network), kept, dropped, ignored(reading, trusted));
    }

    /**
     * The unit's veth brings CAP_NET_ADMIN. A file that asks for the host's network takes it away, trusted or not; one
     * that is not trusted adds nothing, and as soon as it tries to, takes nothing away by its network either.
     */
    private static CapabilitySet kept(NspawnSettings file, boolean trusted) {
        NspawnSettings.Network network = file.network();
        boolean own = network.isConfigured() && network.isolates();
        boolean hosts = network.isConfigured() && !network.isolates();
        CapabilitySet plus = file.exec().capability().with(own ? NET_ADMIN : CapabilitySet.NONE);
        CapabilitySet kept = NET_ADMIN;
        if (trusted || plus.isEmpty()) {
            kept = kept.without(hosts ? NET_ADMIN : CapabilitySet.NONE).with(plus);
        }
        return kept.without(file.exec().dropCapability());
    }

    private static NspawnSettings.Exec exec(NspawnSettings.Exec file, int version) {
        Draft draft = Draft.of(file);
        if (draft.startMode.isEmpty()) {
            draft.startMode = Optional.of(StartMode.BOOT);
            draft.parameters.clear();
        }
        if (draft.privateUsers.isEmpty()) {
            draft.privateUsers = Optional.of(UserNamespace.pick());
            draft.ownership = Optional.of(Ownership.AUTO);
        }
        if (draft.linkJournal.isEmpty()) {
            draft.linkJournal = Optional.of(LinkJournal.TRY_GUEST);
        }
        UserParsers.complete(draft, version);
        return draft.freeze().exec();
    }

    private static NspawnSettings.Network resolved(NspawnSettings.Network file) {
        return new NspawnSettings.Network(
                Optional.of(file.isolates()),
                Optional.of(file.hasVeth()),
                file.bridge(),
                file.zone(),
                file.interfaces(),
                file.macvlan(),
                file.ipvlan(),
                file.vethExtra(),
                file.ports(),
                file.namespacePath());
    }

    /** The unit's veth; ports are a group of their own. */
    private static NspawnSettings.Network unitNetwork(NspawnSettings.Network file) {
        return new NspawnSettings.Network(
                Optional.of(true),
                Optional.of(true),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                file.ports(),
                Optional.empty());
    }

    private static List<Diagnostic> ignored(SettingsReading reading, boolean trusted) {
        List<Diagnostic> ignored = new ArrayList<>();
        for (Diagnostic finding : SettingsLint.of(reading, trusted)) {
            boolean dropped = finding.code() == Code.NOT_TRUSTED || finding.code() == Code.PARAMETERS_WITHOUT_BOOT;
            if (dropped) {
                ignored.add(finding);
            }
        }
        return ignored;
    }

    /** The settings as lines of text for people, one for each thing that the container gets. */
    public List<String> describe() {
        return EffectiveText.of(this);
    }
}
