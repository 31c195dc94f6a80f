package io.nspawn.config.nspawn;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All that a {@code .nspawn} file can say (systemd.nspawn(5)), as systemd holds it after reading; contradictions
 * included. {@link SettingsBuilder} makes settings without any.
 */
public record NspawnSettings(Exec exec, Files files, Network network) {
    public NspawnSettings {
        Objects.requireNonNull(exec);
        Objects.requireNonNull(files);
        Objects.requireNonNull(network);
    }

    /** What an empty file says. */
    public static NspawnSettings empty() {
        return new Draft().freeze();
    }

    /**
     * The section {@code [Exec]}, and from {@code [Files]} the ownership that goes with {@code PrivateUsers=}.
     *
     * @param allowedSystemCalls names and {@code @groups} allowed besides nspawn's own list
     * @param deniedSystemCalls names and {@code @groups} taken from it
     * @param killSignal the signal's number, 1 to 64
     * @param machineId 32 hexadecimal digits
     * @param delegate how many further ranges of user ids the container gets, 0 to 2^32-1
     */
    public record Exec(
            Optional<StartMode> startMode,
            Optional<Boolean> ephemeral,
            List<String> parameters,
            List<String> environment,
            Optional<String> user,
            CapabilitySet capability,
            CapabilitySet dropCapability,
            CapabilitySet ambientCapability,
            OptionalInt killSignal,
            Optional<Personality> personality,
            Optional<String> machineId,
            Optional<String> workingDirectory,
            Optional<PivotRoot> pivotRoot,
            Optional<UserNamespace> privateUsers,
            Optional<Ownership> ownership,
            long delegate,
            Optional<Boolean> notifyReady,
            List<String> allowedSystemCalls,
            List<String> deniedSystemCalls,
            AddressFamilies addressFamilies,
            Map<ResourceLimit, LimitRange> limits,
            Optional<String> hostname,
            Optional<Boolean> noNewPrivileges,
            OomScoreAdjust oomScoreAdjust,
            Optional<CpuSet> cpuAffinity,
            Optional<ResolvConf> resolvConf,
            Optional<Timezone> timezone,
            Optional<LinkJournal> linkJournal,
            Optional<Boolean> suppressSync) {
        public Exec {
            parameters = List.copyOf(parameters);
            environment = List.copyOf(environment);
            allowedSystemCalls = List.copyOf(allowedSystemCalls);
            deniedSystemCalls = List.copyOf(deniedSystemCalls);
            limits = Map.copyOf(limits);
        }
    }

    /** The section {@code [Files]}; the mounts in file order. */
    public record Files(
            Optional<Boolean> readOnly,
            Optional<Volatile> volatileMode,
            List<Mount> mounts,
            List<String> bindUsers,
            Optional<BindUserShell> bindUserShell) {
        public Files {
            mounts = List.copyOf(mounts);
            bindUsers = List.copyOf(bindUsers);
        }
    }

    /**
     * The section {@code [Network]}.
     *
     * @param isPrivate {@code Private=}; see {@link #isolates()} for what comes of it
     * @param veth {@code VirtualEthernet=}; see {@link #hasVeth()}
     * @param zone the zone's bridge: {@code vz-} and the zone
     * @param ports the last in the file first, as systemd keeps them
     */
    public record Network(
            Optional<Boolean> isPrivate,
            Optional<Boolean> veth,
            Optional<String> bridge,
            Optional<String> zone,
            List<InterfacePair> interfaces,
            List<InterfacePair> macvlan,
            List<InterfacePair> ipvlan,
            List<InterfacePair> vethExtra,
            List<PublishedPort> ports,
            Optional<String> namespacePath) {
        public Network {
            interfaces = List.copyOf(interfaces);
            macvlan = List.copyOf(macvlan);
            ipvlan = List.copyOf(ipvlan);
            vethExtra = List.copyOf(vethExtra);
            ports = List.copyOf(ports);
        }

        /** Whether the container gets a network namespace: any link makes one, {@code Private=no} or not. */
        public boolean isolates() {
            return isPrivate.orElse(false) || hasVeth() || hasLinks();
        }

        /** Whether there is a veth between host and container: a bridge or zone makes one in any case. */
        public boolean hasVeth() {
            return veth.orElse(false) || bridge.isPresent() || zone.isPresent();
        }

        /** Whether anything is said about the network, so that it replaces the command line's network as a whole. */
        public boolean isConfigured() {
            return isPrivate.isPresent()
                    || veth.isPresent()
                    || bridge.isPresent()
                    || zone.isPresent()
                    || hasLinks()
                    || namespacePath.isPresent();
        }

        /** Whether interfaces besides the veth are given. */
        public boolean hasLinks() {
            return !(interfaces.isEmpty() && macvlan.isEmpty() && ipvlan.isEmpty() && vethExtra.isEmpty());
        }
    }
}
