package io.nspawn.deploy;

import io.nspawn.config.KeptFiles;
import io.nspawn.config.Provenance;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.ContainerSnapshot;
import io.nspawn.model.Failure;
import io.nspawn.model.MachineName;
import io.nspawn.model.SnapshotName;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.ImageStore.Root;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What there is of snapshots: the root {@code NAME@SNAPSHOT} in the pool, and the files that go with it, kept in {@code
 * NAME@SNAPSHOT.nspawn} beside the container's settings, where machined looks for what belongs to a root of that name.
 * That file is there before the root and goes after it; without it, a root is no snapshot.
 */
final class SnapshotActions {
    private static final String SNAPSHOT_FACT = "Snapshot";
    private static final String SUFFIX = ".nspawn";

    private final HostPorts host;
    private final ImageStore images;

    SnapshotActions(HostPorts host) {
        this.host = host;
        this.images = host.images();
    }

    /** The snapshots of a container, oldest first. */
    List<ContainerSnapshot> of(MachineName machine) {
        return of(machine, images.list());
    }

    /** The snapshots of a container among the pool's roots. */
    List<ContainerSnapshot> of(MachineName machine, Collection<Root> roots) {
        List<ContainerSnapshot> snapshots = new ArrayList<>();
        for (Root root : roots) {
            name(machine, root.name())
                    .filter(name -> isKept(machine, name))
                    .ifPresent(name -> snapshots.add(new ContainerSnapshot(machine, name, root.created())));
        }
        snapshots.sort(Comparator.comparing((ContainerSnapshot s) -> s.created().orElse(Instant.EPOCH))
                .thenComparing(ContainerSnapshot::name));
        return snapshots;
    }

    boolean exists(MachineName machine, SnapshotName name) {
        return images.find(name.rootOf(machine)).isPresent() && isKept(machine, name);
    }

    void take(MachineName machine, SnapshotName name) {
        String root = name.rootOf(machine);
        String hidden = ImageStore.STAGING_PREFIX + root;
        if (images.find(root).isPresent()) {
            throw new AlreadyExistsException(Failure.of("take snapshot", root, "there is one of that name")
                    .remedy("Remove it first, or choose another name."));
        }
        try {
            images.snapshot(machine.value(), hidden, true);
            KeptFiles files = new ContainerHostFiles(host).now(machine);
            String text = files.text(Map.of(SettingsFile.NAME_FACT, machine.value(), SNAPSHOT_FACT, name.value()));
            host.files().replaceAll(Map.of(file(machine, name), text.getBytes(StandardCharsets.UTF_8)));
            images.sync();
            images.rename(hidden, root);
            images.sync();
        } catch (RuntimeException e) {
            remove(machine, name);
            throw e;
        }
    }

    /** The files as they were when it was taken. */
    KeptFiles files(MachineName machine, SnapshotName name) {
        String text = HostSnapshot.text(host, file(machine, name)).orElse("");
        return KeptFiles.read(text, ContainerHostFiles.paths(machine));
    }

    /** Puts a copy of its root where a container's next root is made. */
    void stage(MachineName machine, SnapshotName name) {
        images.snapshot(name.rootOf(machine), Step.staging(machine), false);
    }

    /** Removes a snapshot, or what there is of one. */
    void remove(MachineName machine, SnapshotName name) {
        String root = name.rootOf(machine);
        String hidden = ImageStore.STAGING_PREFIX + root;
        if (isKept(machine, name) && images.find(root).isPresent()) {
            images.remove(List.of(hidden));
            images.rename(root, hidden);
            images.sync();
        }
        host.files().delete(file(machine, name));
        images.remove(List.of(hidden));
        images.sync();
    }

    /** Removes the roots of snapshots that were not finished, or not wholly removed, and old roots that were replaced. */
    void sweepRoots(List<Root> roots) {
        images.remove(roots.stream()
                .map(Root::name)
                .filter(name -> name.startsWith(ImageStore.STAGING_PREFIX) && SnapshotName.isRootOfSnapshot(name))
                .toList());
    }

    /** Removes the files of snapshots that have no root, or not yet. */
    void sweepFiles() {
        for (Path file : host.files().list(SettingsFile.directory())) {
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(SUFFIX) && SnapshotName.isRootOfSnapshot(name) && !name.startsWith(".")) {
                String root = name.substring(0, name.length() - SUFFIX.length());
                if (images.find(root).isEmpty() && facts(file).containsKey(SNAPSHOT_FACT)) {
                    host.files().delete(file);
                }
            }
        }
    }

    private static Path file(MachineName machine, SnapshotName name) {
        return SettingsFile.directory().resolve(name.rootOf(machine) + SUFFIX);
    }

    private boolean isKept(MachineName machine, SnapshotName name) {
        Map<String, String> facts = facts(file(machine, name));
        return machine.value().equals(facts.get(SettingsFile.NAME_FACT))
                && name.value().equals(facts.get(SNAPSHOT_FACT));
    }

    private Map<String, String> facts(Path file) {
        return HostSnapshot.text(host, file)
                .map(Provenance::origin)
                .map(Provenance::facts)
                .orElse(Map.of());
    }

    private static Optional<SnapshotName> name(MachineName machine, String root) {
        String prefix = machine + "@";
        return Optional.of(root)
                .filter(r -> r.startsWith(prefix))
                .map(r -> r.substring(prefix.length()))
                .filter(SnapshotName::isValid)
                .map(SnapshotName::of);
    }
}
