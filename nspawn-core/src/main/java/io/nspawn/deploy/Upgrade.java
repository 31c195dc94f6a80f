package io.nspawn.deploy;

import io.nspawn.config.KeptFiles;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeployException;
import io.nspawn.model.Finding;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.MachineName;
import io.nspawn.model.Size;
import io.nspawn.model.SnapshotName;
import io.nspawn.spi.HostFiles;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.RootFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a container a new root, cloned from another image. The new root is made beside the old one, which runs on until
 * it is ready to be swapped, and comes back when the new one does not come up. As a {@link Deployer} it can be killed at
 * any instruction, excludes other deploys, and finishes or takes back what was cut off before.
 */
public final class Upgrade {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.deploy");
    private static final String HOSTNAME = "etc/hostname";
    private static final String HOST_KEYS = "etc/ssh";
    private static final Pattern HOST_KEY = Pattern.compile("ssh_host_.*_key(\\.pub)?");
    private static final int FILE_MODE = 0644;

    private final HostPorts host;
    private final ImageStore images;
    private final Duration deadline;
    private final Replacing replacing;
    private final SnapshotActions snapshots;

    /**
     * Makes what upgrades.
     *
     * @param deadline how long to wait for a stop or start, or for another deploy to end
     */
    public Upgrade(HostPorts host, Duration deadline) {
        this.host = host;
        this.images = host.images();
        this.deadline = deadline;
        this.replacing = new Replacing(host, deadline);
        this.snapshots = new SnapshotActions(host);
    }

    /**
     * Upgrades a container to its spec's image. It runs afterwards, whether it did before or not.
     *
     * @param keepOld the snapshot to make of the old root; empty for none
     * @param startDeadline how long its init has to come up
     * @param awaitReady waits until the container is ready, or throws
     * @throws InvalidSpecException if the spec cannot work here, or the container is not there or not ours; nothing was
     *     changed
     * @throws DeployException if the new root did not come up, or another step failed; the old one is the container's
     *     again, and runs if it ran, as far as the exception says
     */
    public void run(
            ContainerSpec spec,
            Optional<SnapshotName> keepOld,
            Duration startDeadline,
            Consumer<MachineName> awaitReady) {
        try (HostFiles.Lock held = host.files().lock(Deployer.LOCK, deadline)) {
            new Recovery(host, deadline).run();
            MachineName machine = spec.machine();
            Blueprint blueprint = check(spec, keepOld);
            boolean ran = replacing.runs(machine);
            KeptFiles before = new ContainerHostFiles(host).now(machine);
            Replacement replacement = Replacement.of(machine, ran, true, keepOld, before);
            replacing.run("upgrade", replacement, () -> build(spec), () -> {
                keepOld.ifPresent(name -> snapshots.take(machine, name));
                images.copy(machine.value(), Step.staging(machine), persistent(spec));
                configure(machine, blueprint);
                limitDisk(spec);
                replacing.swap(machine, kept(blueprint));
                replacing.start(machine, startDeadline);
                awaitReady.accept(machine);
            });
            LOG.info("{}: upgraded to image {}", machine, spec.image());
        }
    }

    private Blueprint check(ContainerSpec spec, Optional<SnapshotName> keepOld) {
        MachineName machine = spec.machine();
        Ownership.require(host, "upgrade", machine);
        HostSnapshot snapshot = HostSnapshot.of(host, List.of(machine));
        List<Finding> findings = new ArrayList<>(SpecCheck.surroundings(spec, host, snapshot));
        Blueprint blueprint = Blueprint.of(spec, snapshot.deviceUnits(), snapshot.version());
        findings.addAll(Ownership.edited(host, machine, kept(blueprint)));
        if (!snapshot.roots().containsKey(spec.image().value())) {
            findings.add(SpecCheck.imageMissing(spec, snapshot));
        }
        if (spec.image().value().equals(machine.value())) {
            findings.add(new Finding(spec.name(), "cannot be its own image", "choose another image"));
        }
        keepOld.filter(name -> snapshot.roots().containsKey(name.rootOf(machine)))
                .ifPresent(name -> findings.add(new Finding(
                        spec.name(), "has a snapshot " + name + " already", "remove it, or choose another name")));
        if (!findings.isEmpty()) {
            throw new InvalidSpecException(findings);
        }
        return blueprint;
    }

    /** Makes the new root under its hidden name: the image's content with the container's identity. */
    private void build(ContainerSpec spec) {
        MachineName machine = spec.machine();
        String staged = Step.staging(machine);
        images.cloneAll(spec.image(), List.of(staged));
        try (RootFiles old = images.open(machine.value());
                RootFiles fresh = images.open(staged)) {
            Identity.reset(fresh, Identity.machineId(old));
            fresh.overwrite(HOSTNAME, hostname(old, machine), FILE_MODE);
        }
    }

    /** Done last: what was taken over from the old root may have had another spec's files. */
    private void configure(MachineName machine, Blueprint blueprint) {
        try (RootFiles fresh = images.open(Step.staging(machine))) {
            for (Map.Entry<String, String> file : blueprint.rootFiles().entrySet()) {
                fresh.overwrite(file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8), FILE_MODE);
            }
        }
    }

    /** Done after the copies: what was taken over is there whatever its size. */
    private void limitDisk(ContainerSpec spec) {
        Optional<Size> most = spec.limits().disk();
        if (most.isPresent()) {
            images.backing().limit(Step.staging(spec.machine()), most);
        }
    }

    /** The name that the old root gives itself, where it is one; what is inside is not trusted. */
    private static byte[] hostname(RootFiles old, MachineName machine) {
        String name = old.read(HOSTNAME)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip())
                .filter(text -> MachineName.isMappable(text) && text.indexOf('_') < 0)
                .orElse(machine.value());
        return (name + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** What the spec declares, and the keys by which others know the container. */
    private List<String> persistent(ContainerSpec spec) {
        List<String> paths = new ArrayList<>();
        try (RootFiles old = images.open(spec.machine().value())) {
            for (String name : old.list(HOST_KEYS)) {
                if (HOST_KEY.matcher(name).matches()) {
                    paths.add(HOST_KEYS + "/" + name);
                }
            }
        }
        spec.persistent().forEach(path -> paths.add(path.toString().substring(1)));
        return paths;
    }

    private static KeptFiles kept(Blueprint blueprint) {
        Map<Path, Optional<String>> files = new LinkedHashMap<>();
        blueprint.hostFiles().forEach((path, text) -> files.put(path, Optional.of(text)));
        return new KeptFiles(files);
    }
}
