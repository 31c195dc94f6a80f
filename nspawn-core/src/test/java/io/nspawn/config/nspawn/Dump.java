package io.nspawn.config.nspawn;

import io.nspawn.config.nspawn.PublishedPort.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings in the form in which those of the real parser were recorded: its C structure, with its enums as numbers. */
@SuppressWarnings("EnumOrdinal") // The constants stand in the order of systemd's own.
final class Dump {
    private static final long UNSET_ENUM = -22;
    private static final long NO_ID = 4294967295L;

    private final NspawnSettings.Exec exec;
    private final NspawnSettings.Files files;
    private final NspawnSettings.Network network;
    private final int version;
    private final Map<String, Object> fields = new LinkedHashMap<>();

    private Dump(NspawnSettings settings, int version) {
        this.exec = settings.exec();
        this.files = settings.files();
        this.network = settings.network();
        this.version = version;
    }

    static Map<String, Object> of(NspawnSettings settings, int version) {
        Dump dump = new Dump(settings, version);
        dump.fields.put("rc", 0L);
        dump.exec();
        dump.users();
        dump.files();
        dump.network();
        return dump.fields;
    }

    private void exec() {
        fields.put("start_mode", ordinal(exec.startMode()));
        fields.put("ephemeral", tristate(exec.ephemeral()));
        fields.put("parameters", list(exec.parameters()));
        fields.put("environment", list(exec.environment()));
        fields.put("user", string(exec.user()));
        fields.put("capability", Long.toHexString(exec.capability().bits()));
        fields.put("drop_capability", Long.toHexString(exec.dropCapability().bits()));
        fields.put(
                "ambient_capability", Long.toHexString(exec.ambientCapability().bits()));
        fields.put("kill_signal", (long) exec.killSignal().orElse(0));
        fields.put(
                "personality",
                exec.personality().map(p -> p == Personality.NATIVE ? "0" : "8").orElse("ffffffff"));
        fields.put("machine_id", exec.machineId().orElse("0".repeat(32)));
        fields.put("working_directory", string(exec.workingDirectory()));
        fields.put("pivot_root_new", string(exec.pivotRoot().map(PivotRoot::newRoot)));
        fields.put("pivot_root_old", string(exec.pivotRoot().flatMap(PivotRoot::oldRoot)));
        fields.put("notify_ready", tristate(exec.notifyReady()));
        fields.put("syscall_allow", list(exec.allowedSystemCalls()));
        fields.put("syscall_deny", list(exec.deniedSystemCalls()));
        fields.put("rlimit", limits());
        fields.put("hostname", string(exec.hostname()));
        fields.put("no_new_privileges", tristate(exec.noNewPrivileges()));
        fields.put("oom_score_adjust_set", exec.oomScoreAdjust().isSet() ? 1L : 0L);
        fields.put("oom_score_adjust", (long) exec.oomScoreAdjust().value());
        fields.put("cpu_set", string(exec.cpuAffinity().map(CpuSet::ranges)));
        fields.put("resolv_conf", ordinal(exec.resolvConf()));
        fields.put("timezone", ordinal(exec.timezone()));
        fields.put("link_journal", exec.linkJournal().map(Dump::journal).orElse(UNSET_ENUM));
        fields.put(
                "link_journal_try", exec.linkJournal().map(LinkJournal::isTried).orElse(false) ? 1L : 0L);
        fields.put("suppress_sync", tristate(exec.suppressSync()));
        fields.put("af_is_allow", exec.addressFamilies().isAllowList() ? 1L : 0L);
        fields.put(
                "af",
                exec.addressFamilies().families().stream()
                        .map(f -> (Object) (long) f)
                        .toList());
    }

    private static long journal(LinkJournal journal) {
        return switch (journal) {
            case NO -> 0;
            case AUTO -> 1;
            case HOST, TRY_HOST -> 2;
            case GUEST, TRY_GUEST -> 3;
        };
    }

    private Map<String, Object> limits() {
        Map<String, Object> limits = new LinkedHashMap<>();
        exec.limits()
                .forEach((limit, range) -> limits.put(
                        limit.name(),
                        List.of(Long.toUnsignedString(range.soft()), Long.toUnsignedString(range.hard()))));
        return limits;
    }

    private void users() {
        fields.put("userns_mode", ordinal(exec.privateUsers().map(UserNamespace::mode)));
        fields.put(
                "uid_shift",
                exec.privateUsers().map(u -> u.shift().orElse(NO_ID)).orElse(NO_ID));
        fields.put(
                "uid_range",
                exec.privateUsers().map(u -> u.range().orElse(NO_ID)).orElse(NO_ID));
        fields.put("userns_ownership", exec.ownership().map(this::ownership).orElse(-1L));
        fields.put("delegate_container_ranges", exec.delegate());
    }

    private long ownership(Ownership ownership) {
        return ownership == Ownership.AUTO && version < 258 ? 3 : ownership.ordinal();
    }

    private void files() {
        fields.put("read_only", tristate(files.readOnly()));
        fields.put("volatile_mode", ordinal(files.volatileMode()));
        fields.put("bind_user", list(files.bindUsers()));
        fields.put("custom_mounts", files.mounts().stream().map(Dump::mount).toList());
        fields.put("bind_user_shell", string(files.bindUserShell().flatMap(BindUserShell::path)));
        fields.put(
                "bind_user_shell_copy",
                files.bindUserShell().map(BindUserShell::copied).orElse(false) ? 1L : 0L);
        fields.put("bind_user_shell_set", files.bindUserShell().isPresent() ? 1L : 0L);
    }

    private static Object mount(Mount mount) {
        if (mount instanceof Mount.Bind bind) {
            return mount(0, bind.readOnly(), bind.source(), bind.destination(), bind.options(), List.of());
        }
        if (mount instanceof Mount.TemporaryFileSystem tmpfs) {
            return mount(1, false, Optional.empty(), tmpfs.destination(), Optional.of(tmpfs.options()), List.of());
        }
        if (mount instanceof Mount.Overlay overlay) {
            return mount(
                    2, overlay.readOnly(), overlay.upper(), overlay.destination(), Optional.empty(), overlay.lower());
        }
        return mount(3, false, Optional.empty(), mount.destination(), Optional.empty(), List.of());
    }

    private static Map<String, Object> mount(
            long type,
            boolean readOnly,
            Optional<String> source,
            String destination,
            Optional<String> options,
            List<String> lower) {
        Map<String, Object> mount = new LinkedHashMap<>();
        mount.put("type", type);
        mount.put("read_only", readOnly ? 1L : 0L);
        mount.put("source", string(source));
        mount.put("destination", destination);
        mount.put("options", string(options));
        mount.put("lower", lower);
        return mount;
    }

    private void network() {
        fields.put("private_network", tristate(network.isPrivate()));
        fields.put("network_veth", tristate(network.veth()));
        fields.put("network_bridge", string(network.bridge()));
        fields.put("network_zone", string(network.zone()));
        fields.put("network_interfaces", pairs(network.interfaces()));
        fields.put("network_macvlan", pairs(network.macvlan()));
        fields.put("network_ipvlan", pairs(network.ipvlan()));
        fields.put("network_veth_extra", pairs(network.vethExtra()));
        fields.put(
                "expose_ports",
                network.ports().stream()
                        .map(p -> (Object)
                                List.of(p.protocol() == Protocol.TCP ? 6L : 17L, (long) p.host(), (long) p.container()))
                        .toList());
        fields.put("network_namespace_path", string(network.namespacePath()));
        fields.put("settings_private_network", network.isolates() ? 1L : 0L);
        fields.put("settings_network_veth", network.hasVeth() ? 1L : 0L);
        fields.put("settings_network_configured", network.isConfigured() ? 1L : 0L);
    }

    private static Object pairs(List<InterfacePair> pairs) {
        List<String> names = new ArrayList<>();
        for (InterfacePair pair : pairs) {
            names.add(pair.host());
            pair.container().ifPresent(names::add);
        }
        return list(names);
    }

    private static Object list(List<String> list) {
        return list.isEmpty() ? Optional.empty() : list;
    }

    private static Object string(Optional<String> string) {
        return string.isPresent() ? string.get() : Optional.empty();
    }

    private static long tristate(Optional<Boolean> flag) {
        return flag.map(f -> f ? 1L : 0L).orElse(-1L);
    }

    private static long ordinal(Optional<? extends Enum<?>> constant) {
        return constant.map(c -> (long) c.ordinal()).orElse(UNSET_ENUM);
    }
}
