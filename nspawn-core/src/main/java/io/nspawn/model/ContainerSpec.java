package io.nspawn.model;

import io.nspawn.net.InterfaceName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What a container is to be: data that can be compared, printed and kept.
 *
 * @param name the name as the user gave it
 * @param machine the machine name that it maps to
 * @param image the image that its root is cloned from
 * @param payload what runs in it
 * @param nics its macvlans; their order fixes their MACs
 * @param binds what it sees of the host's files; nothing by default
 * @param devices device nodes that it may use, each bound and allowed
 * @param limits what it may use at most
 * @param environment variables for its first process
 * @param userNamespace whether its root is an unprivileged user of the host, which is the default
 * @param persistentJournal whether its journal is linked to the host's and kept; the default is a journal in memory
 * @param after names, as specs give them, of containers that are ready before this one is started, at boot too
 * @param settings further settings of its {@code .nspawn} file
 * @param persistent files and directories inside, absolute, that an upgrade to another image keeps
 */
public record ContainerSpec(
        String name,
        MachineName machine,
        ImageName image,
        Payload payload,
        List<Nic> nics,
        List<Bind> binds,
        List<Path> devices,
        Limits limits,
        Map<String, String> environment,
        boolean userNamespace,
        boolean persistentJournal,
        List<String> after,
        List<Setting> settings,
        List<Path> persistent) {

    public ContainerSpec {
        Objects.requireNonNull(name);
        Objects.requireNonNull(machine);
        Objects.requireNonNull(image);
        Objects.requireNonNull(payload);
        Objects.requireNonNull(limits);
        nics = List.copyOf(nics);
        binds = List.copyOf(binds);
        devices = List.copyOf(devices);
        environment = Map.copyOf(environment);
        after = List.copyOf(after);
        settings = List.copyOf(settings);
        persistent = List.copyOf(persistent);
        devices.forEach(ContainerSpec::requireDevice);
        persistent.forEach(ContainerSpec::requirePersistent);
        environment.keySet().forEach(ContainerSpec::requireVariable);
    }

    /** What runs in a container. */
    public sealed interface Payload {
        /** The image's own init: a machine container. It is ready when its init says so. */
        record Boots() implements Payload {}

        /**
         * One program under a stub init: an application container. It is ready when the program runs.
         *
         * @param command the program and its arguments, taken as they are; no shell
         */
        record Runs(List<String> command) implements Payload {
            public Runs {
                command = List.copyOf(command);
                if (command.isEmpty() || command.get(0).isEmpty()) {
                    throw new IllegalArgumentException("an application container needs a program to run");
                }
            }
        }
    }

    /**
     * Starts a spec.
     *
     * @param name any name whose underscores, made dashes, leave a machine name
     * @throws InvalidNameException if that is no machine name
     */
    public static Builder named(String name) {
        return new Builder(name);
    }

    public boolean boots() {
        return payload instanceof Payload.Boots;
    }

    /** The machines that {@link #after} names. */
    public List<MachineName> afterMachines() {
        return after.stream().map(MachineName::mapped).distinct().toList();
    }

    /** The same container on another image. */
    public ContainerSpec withImage(ImageName other) {
        return new ContainerSpec(
                name,
                machine,
                other,
                payload,
                nics,
                binds,
                devices,
                limits,
                environment,
                userNamespace,
                persistentJournal,
                after,
                settings,
                persistent);
    }

    private static void requirePersistent(Path path) {
        if (!path.isAbsolute() || path.getNameCount() == 0 || !path.normalize().equals(path)) {
            throw new IllegalArgumentException(
                    "what an upgrade keeps is an absolute path without \"..\", and not \"/\": " + path);
        }
    }

    private static void requireDevice(Path device) {
        if (!device.isAbsolute() || !device.normalize().startsWith("/dev")) {
            throw new IllegalArgumentException("a device is a path below /dev, not " + device);
        }
    }

    private static void requireVariable(String variable) {
        if (!variable.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new IllegalArgumentException("no name of an environment variable: \"" + variable + '"');
        }
    }

    /** Collects a spec. Not safe for use by several threads. */
    public static final class Builder {
        private final String name;
        private final MachineName machine;
        private final List<Nic> nics = new ArrayList<>();
        private final List<Bind> binds = new ArrayList<>();
        private final List<Path> devices = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private final Set<String> after = new LinkedHashSet<>();
        private final List<Setting> settings = new ArrayList<>();
        private Optional<ImageName> image = Optional.empty();
        private Payload payload = new Payload.Boots();
        private Limits limits = Limits.NONE;
        private boolean userNamespace = true;
        private boolean persistentJournal;
        private final List<Path> persistent = new ArrayList<>();

        private Builder(String name) {
            this.name = name;
            this.machine = MachineName.mapped(name);
        }

        /**
         * Chooses the image that the root is cloned from.
         *
         * @throws InvalidNameException if {@code name} is no image name
         */
        public Builder image(String name) {
            image = Optional.of(ImageName.of(name));
            return this;
        }

        /** The image's own init runs: the default. */
        public Builder boots() {
            payload = new Payload.Boots();
            return this;
        }

        /** One program runs instead of an init; an absolute path and its arguments, no shell. */
        public Builder runs(String... command) {
            payload = new Payload.Runs(List.of(command));
            return this;
        }

        /**
         * Gives the container a macvlan of its own.
         *
         * @param lower the host's interface that carries it
         * @throws InvalidNameException if {@code lower} is no interface name
         */
        public Builder macvlan(String lower, Consumer<Nic.Builder> options) {
            Nic.Builder nic = new Nic.Builder(interfaceName(lower));
            options.accept(nic);
            nics.add(nic.build());
            return this;
        }

        /** A macvlan that was put together elsewhere, as from OpenStack-Ansible's dictionaries. */
        public Builder macvlan(Nic nic) {
            nics.add(Objects.requireNonNull(nic));
            return this;
        }

        /**
         * Shows a directory or file of the host, writable. With user namespaces its files belong to nobody inside, unless
         * they lie in the container's own range of ids; see {@link #bind(String, String, UnaryOperator)}.
         */
        public Builder bind(String source, String target) {
            return bind(source, target, bind -> bind);
        }

        public Builder bindReadOnly(String source, String target) {
            return bind(source, target, Bind::asReadOnly);
        }

        /** The same with more to be said: {@code bind("/srv", "/srv", b -> b.mapped(Bind.Mapping.ROOT))}. */
        public Builder bind(String source, String target, UnaryOperator<Bind> more) {
            binds.add(more.apply(new Bind(Path.of(source), Path.of(target), false)));
            return this;
        }

        /** Lets the container use a device node of the host: bound, and allowed to its unit. */
        public Builder device(String path) {
            devices.add(Path.of(path));
            return this;
        }

        public Builder limits(UnaryOperator<Limits> change) {
            limits = change.apply(limits);
            return this;
        }

        public Builder environment(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** Root in the container is root of the host: only for what user namespaces cannot do. */
        public Builder withoutUserNamespace() {
            userNamespace = false;
            return this;
        }

        /**
         * Starts it when other containers are ready, not before: in a deploy, and at the host's boot. It does not stop with
         * them.
         *
         * @param names as their specs give them; each in the same deploy or on the host already
         * @throws InvalidNameException if one becomes no machine name
         */
        public Builder after(String... names) {
            for (String other : names) {
                MachineName.mapped(other);
                after.add(other);
            }
            return this;
        }

        /**
         * Says more in the {@code .nspawn} file (systemd.nspawn(5)): any key of {@code [Exec]}, {@code [Files]} or
         * {@code [Network]}, once for each value. A plan reads it as the host's own systemd will, and refuses what that
         * lacks, does not understand, or what this spec says otherwise already. Where the spec only has a default
         * ({@code ResolvConf=}, {@code Timezone=}, {@code LinkJournal=}, {@code VirtualEthernet=}, {@code PrivateUsers=}
         * with its ownership), the setting replaces that.
         */
        public Builder setting(String section, String key, String value) {
            settings.add(new Setting(section, key, value));
            return this;
        }

        /** Links the container's journal to the host's, so that it outlives a restart. */
        public Builder persistentJournal() {
            persistentJournal = true;
            return this;
        }

        /**
         * Names files and directories inside that an upgrade to another image takes over from the old root: a database's,
         * say. Binds need no naming: they are the host's.
         */
        public Builder persistent(String... paths) {
            for (String path : paths) {
                persistent.add(Path.of(path));
            }
            return this;
        }

        private static InterfaceName interfaceName(String text) {
            try {
                return InterfaceName.of(text);
            } catch (IllegalArgumentException e) {
                throw new InvalidNameException(
                        Failure.of("name interface", '"' + text + '"', String.valueOf(e.getMessage())), e);
            }
        }

        /**
         * The spec.
         *
         * @throws IllegalStateException if no image was chosen
         */
        public ContainerSpec build() {
            ImageName chosen = image.orElseThrow(() ->
                    new IllegalStateException("container " + name + " needs an image: call image(\"debian-12\")"));
            return new ContainerSpec(
                    name,
                    machine,
                    chosen,
                    payload,
                    nics,
                    binds,
                    devices,
                    limits,
                    environment,
                    userNamespace,
                    persistentJournal,
                    List.copyOf(after),
                    settings,
                    persistent);
        }
    }
}
