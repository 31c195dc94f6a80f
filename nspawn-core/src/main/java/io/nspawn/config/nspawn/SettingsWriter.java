package io.nspawn.config.nspawn;

import io.nspawn.config.InvalidFileException;
import io.nspawn.config.Quoting;
import io.nspawn.config.SystemdFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes settings as a {@code .nspawn} file for one version of systemd. All that is written is read back as that version
 * would, and anything that does not come back the same, without a warning, is refused: nothing is mangled.
 */
public final class SettingsWriter {
    private final int version;
    private final HostPlatform platform;

    private SettingsWriter(int version, HostPlatform platform) {
        this.version = version;
        this.platform = platform;
    }

    /** A writer for systemd of a major version, from 252 on, on this machine. */
    public static SettingsWriter forVersion(int version) {
        return new SettingsWriter(version, HostPlatform.current());
    }

    /** The same for another machine. */
    public SettingsWriter on(HostPlatform other) {
        return new SettingsWriter(version, other);
    }

    /**
     * The file; without entries for what is not set.
     *
     * @throws InvalidFileException if the format, or this version's, cannot hold the settings
     */
    public SystemdFile write(NspawnSettings settings) {
        SystemdFile file = render(settings);
        SettingsReading reading =
                SettingsReader.forVersion(version).on(platform).read(file.text());
        if (!reading.diagnostics().isEmpty()) {
            Diagnostic first = reading.diagnostics().get(0);
            throw new InvalidFileException(0, first.key(), first.problem(), first.remedy());
        }
        if (!reading.orThrow().equals(settings)) {
            throw lost(settings, reading.orThrow());
        }
        return file;
    }

    private SystemdFile render(NspawnSettings settings) {
        try {
            Rendering rendering = new Rendering();
            rendering.exec(settings.exec());
            rendering.files(settings.exec(), settings.files());
            rendering.network(settings.network());
            return rendering.file.build();
        } catch (InvalidFileException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidFileException(
                    0, "", String.valueOf(e.getMessage()), "use a value that fits on a line of a systemd file");
        }
    }

    private static InvalidFileException lost(NspawnSettings wanted, NspawnSettings read) {
        String section = !wanted.exec().equals(read.exec())
                ? "[Exec]"
                : wanted.files().equals(read.files()) ? "[Network]" : "[Files]";
        return new InvalidFileException(
                0,
                "",
                section + " would be read back otherwise",
                "use values without blanks at their ends, and companions such as PrivateUsersOwnership= with"
                        + " PrivateUsers=");
    }

    /** One file being written. */
    private final class Rendering {
        final SystemdFile.Builder file = SystemdFile.builder();

        void exec(NspawnSettings.Exec exec) {
            file.section("Exec");
            exec.startMode().ifPresent(this::startMode);
            set(SettingKey.EPHEMERAL, exec.ephemeral(), Rendering::yesNo);
            words(SettingKey.PARAMETERS, exec.parameters());
            exec.environment().forEach(word -> set(SettingKey.ENVIRONMENT, Quoting.word(word)));
            set(SettingKey.USER, exec.user(), Function.identity());
            set(SettingKey.WORKING_DIRECTORY, exec.workingDirectory(), Function.identity());
            set(SettingKey.PIVOT_ROOT, exec.pivotRoot(), Rendering::pivotRoot);
            capabilities(SettingKey.CAPABILITY, exec.capability());
            capabilities(SettingKey.DROP_CAPABILITY, exec.dropCapability());
            capabilities(SettingKey.AMBIENT_CAPABILITY, exec.ambientCapability());
            number(SettingKey.KILL_SIGNAL, exec.killSignal(), Signals::text);
            set(SettingKey.PERSONALITY, exec.personality(), this::personality);
            set(SettingKey.MACHINE_ID, exec.machineId(), Function.identity());
            exec.privateUsers().flatMap(Rendering::users).ifPresent(v -> set(SettingKey.PRIVATE_USERS, v));
            if (exec.delegate() != 0) {
                set(SettingKey.PRIVATE_USERS_DELEGATE, Long.toString(exec.delegate()));
            }
            set(SettingKey.NOTIFY_READY, exec.notifyReady(), Rendering::yesNo);
            systemCalls("", exec.allowedSystemCalls());
            systemCalls("~", exec.deniedSystemCalls());
            ExecParsers.notEmpty(exec.addressFamilies().text())
                    .ifPresent(v -> set(SettingKey.RESTRICT_ADDRESS_FAMILIES, v));
            limits(exec.limits());
            set(SettingKey.HOSTNAME, exec.hostname(), Function.identity());
            set(SettingKey.NO_NEW_PRIVILEGES, exec.noNewPrivileges(), Rendering::yesNo);
            if (exec.oomScoreAdjust().isSet()) {
                set(
                        SettingKey.OOM_SCORE_ADJUST,
                        Integer.toString(exec.oomScoreAdjust().value()));
            }
            set(SettingKey.CPU_AFFINITY, exec.cpuAffinity(), CpuSet::ranges);
            set(SettingKey.RESOLV_CONF, exec.resolvConf(), Choice::text);
            set(SettingKey.TIMEZONE, exec.timezone(), Choice::text);
            set(SettingKey.LINK_JOURNAL, exec.linkJournal(), Choice::text);
            set(SettingKey.SUPPRESS_SYNC, exec.suppressSync(), Rendering::yesNo);
        }

        private void startMode(StartMode mode) {
            set(SettingKey.BOOT, yesNo(mode == StartMode.BOOT));
            if (mode == StartMode.PID2) {
                set(SettingKey.PROCESS_TWO, "yes");
            }
        }

        private static String pivotRoot(PivotRoot pivot) {
            return Quoting.field(pivot.newRoot())
                    + pivot.oldRoot().map(old -> ":" + old).orElse("");
        }

        private void capabilities(SettingKey key, CapabilitySet set) {
            if (!set.isEmpty()) {
                set(key, String.join(" ", set.words()));
            }
        }

        private String personality(Personality personality) {
            return personality == Personality.NATIVE
                    ? platform.architecture()
                    : platform.secondary()
                            .orElseThrow(() -> new InvalidFileException(
                                    0,
                                    "Personality",
                                    "no 32-bit architecture beside " + platform.architecture(),
                                    "leave it out"));
        }

        /** Nothing for what comes of an ownership alone. */
        private static Optional<String> users(UserNamespace users) {
            return switch (users.mode()) {
                case NO -> users.range().isPresent() ? Optional.of("no") : Optional.empty();
                case PICK -> Optional.of("pick");
                case MANAGED -> Optional.of("managed");
                case FIXED ->
                    Optional.of(
                            users.shift().isEmpty()
                                    ? "yes"
                                    : users.shift().getAsLong() + ":"
                                            + users.range().orElse(0));
            };
        }

        private void systemCalls(String prefix, List<String> names) {
            for (String name : names) {
                if (!name.matches("@?[A-Za-z0-9_:-]+")) {
                    throw new InvalidFileException(
                            0, "SystemCallFilter", "no system call: \"" + name + '"', "use names and @groups");
                }
            }
            if (!names.isEmpty()) {
                set(SettingKey.SYSTEM_CALL_FILTER, prefix + String.join(" ", names));
            }
        }

        private void limits(Map<ResourceLimit, LimitRange> limits) {
            limits.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
                    .forEach(e ->
                            file.set("Limit" + e.getKey().name(), e.getValue().toString()));
        }

        void files(NspawnSettings.Exec exec, NspawnSettings.Files files) {
            file.section("Files");
            set(SettingKey.READ_ONLY, files.readOnly(), Rendering::yesNo);
            set(SettingKey.VOLATILE, files.volatileMode(), Choice::text);
            set(SettingKey.PRIVATE_USERS_OWNERSHIP, exec.ownership(), Choice::text);
            files.mounts().forEach(this::mount);
            if (!files.bindUsers().isEmpty()) {
                set(SettingKey.BIND_USER, String.join(" ", files.bindUsers()));
            }
            set(SettingKey.BIND_USER_SHELL, files.bindUserShell(), BindUserShell::text);
        }

        private void mount(Mount mount) {
            if (mount instanceof Mount.Bind bind) {
                set(bind.readOnly() ? SettingKey.BIND_READ_ONLY : SettingKey.BIND, bind(bind));
            } else if (mount instanceof Mount.TemporaryFileSystem tmpfs) {
                set(SettingKey.TEMPORARY_FILE_SYSTEM, Quoting.field(tmpfs.destination()) + ":" + tmpfs.options());
            } else if (mount instanceof Mount.Overlay overlay) {
                List<String> fields = new ArrayList<>(overlay.lower());
                fields.add(overlay.upper().orElse(""));
                fields.add(overlay.destination());
                set(
                        overlay.readOnly() ? SettingKey.OVERLAY_READ_ONLY : SettingKey.OVERLAY,
                        fields.stream().map(Quoting::field).collect(Collectors.joining(":")));
            } else {
                set(SettingKey.INACCESSIBLE, mount.destination());
            }
        }

        /** A colon behind the destination keeps a blank at its end from being stripped. */
        private static String bind(Mount.Bind bind) {
            String paths = Quoting.field(bind.source().orElse("")) + ":" + Quoting.field(bind.destination());
            return bind.options().isPresent()
                    ? paths + ":" + bind.options().get()
                    : paths.endsWith(" ") || paths.endsWith("\t") ? paths + ":" : paths;
        }

        void network(NspawnSettings.Network network) {
            file.section("Network");
            set(SettingKey.PRIVATE, network.isPrivate(), Rendering::yesNo);
            set(SettingKey.NAMESPACE_PATH, network.namespacePath(), Function.identity());
            set(SettingKey.VIRTUAL_ETHERNET, network.veth(), Rendering::yesNo);
            pairs(SettingKey.INTERFACE, network.interfaces(), "");
            pairs(SettingKey.MACVLAN, network.macvlan(), "mv-");
            pairs(SettingKey.IPVLAN, network.ipvlan(), "iv-");
            for (InterfacePair pair : network.vethExtra()) {
                set(
                        SettingKey.VIRTUAL_ETHERNET_EXTRA,
                        Quoting.field(pair.host()) + ":"
                                + Quoting.field(pair.container().orElse(pair.host())));
            }
            set(SettingKey.BRIDGE, network.bridge(), Function.identity());
            set(SettingKey.ZONE, network.zone(), zone -> zone.substring(NetworkParsers.ZONE_PREFIX.length()));
            for (int i = network.ports().size() - 1; i >= 0; i--) {
                set(SettingKey.PORT, network.ports().get(i).text());
            }
        }

        /** A usual name is left out: it may be longer than one that may be written. */
        private void pairs(SettingKey key, List<InterfacePair> pairs, String prefix) {
            if (version < Version.INTERFACE_PAIRS) {
                words(key, pairs.stream().map(InterfacePair::host).toList());
            } else if (!pairs.isEmpty()) {
                set(
                        key,
                        pairs.stream()
                                .map(pair -> escaped(Quoting.field(pair.host()))
                                        + pair.container()
                                                .filter(c -> !c.equals(prefix + pair.host()))
                                                .map(c -> ":" + escaped(c))
                                                .orElse(""))
                                .collect(Collectors.joining(" ")));
            }
        }

        /** In a word, which comes apart before its fields do; of these only the first has escapes of its own. */
        private static String escaped(String text) {
            return text.replace("\\", "\\\\");
        }

        private void words(SettingKey key, List<String> words) {
            if (!words.isEmpty()) {
                set(key, words.stream().map(Quoting::word).collect(Collectors.joining(" ")));
            }
        }

        private <T> void set(SettingKey key, Optional<T> value, Function<? super T, String> text) {
            value.map(text).ifPresent(v -> set(key, v));
        }

        private void number(SettingKey key, OptionalInt value, Function<Integer, String> text) {
            value.ifPresent(v -> set(key, text.apply(v)));
        }

        private void set(SettingKey key, String value) {
            if (version < key.since()) {
                throw new InvalidFileException(
                        0, key.key(), "not known to systemd " + version, "it needs systemd " + key.since());
            }
            file.set(key.key(), value);
        }

        private static String yesNo(boolean flag) {
            return flag ? "yes" : "no";
        }
    }
}
