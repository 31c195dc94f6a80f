package io.nspawn.deploy;

import io.nspawn.deploy.Step.CloneRoot;
import io.nspawn.deploy.Step.DeleteInRoot;
import io.nspawn.deploy.Step.LimitDisk;
import io.nspawn.deploy.Step.RemoveRoot;
import io.nspawn.deploy.Step.ResetIdentity;
import io.nspawn.deploy.Step.SweepRoot;
import io.nspawn.deploy.Step.WriteInRoot;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.ImageName;
import io.nspawn.model.MachineName;
import io.nspawn.model.Size;
import io.nspawn.model.SnapshotName;
import io.nspawn.spi.HostFiles;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.RootFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The phases that act on roots in the pool. */
final class RootActions {
    private static final int FILE_MODE = 0644;
    private static final Path JOURNALS = Path.of("/var/log/journal");

    private final ImageStore images;
    private final HostFiles files;

    RootActions(ImageStore images, HostFiles files) {
        this.images = images;
        this.files = files;
    }

    void sweep(List<Step> steps, Ledger ledger, Tally tally) {
        discard(steps.stream().map(s -> ((SweepRoot) s).name()).toList());
        // Of a removal that failed: without this a power loss brings the root back under its name, when its files are
        // gone.
        images.sync();
        tally.allDone(steps);
    }

    void cloneImages(List<Step> steps, Ledger ledger, Tally tally) {
        Map<ImageName, List<String>> byImage = new LinkedHashMap<>();
        for (Step step : steps) {
            CloneRoot clone = (CloneRoot) step;
            byImage.computeIfAbsent(clone.image(), i -> new ArrayList<>()).add(Step.staging(clone.name()));
        }
        byImage.forEach((image, stagings) -> {
            ledger.before("clone of " + image + " into " + stagings.size() + " roots", () -> discard(stagings));
            images.cloneAll(image, stagings);
        });
        tally.allDone(steps);
    }

    void identify(List<Step> steps, Ledger ledger, Tally tally) {
        for (Step step : steps) {
            try (RootFiles root = images.open(Step.staging(((ResetIdentity) step).name()))) {
                Identity.reset(root);
            }
            tally.done(step);
        }
    }

    /**
     * Writes and deletes files inside roots. A root that is still hidden goes with its clone; what a published one had is
     * noted to be put back.
     */
    void configure(List<Step> steps, Ledger ledger, Tally tally) {
        Map<String, List<Step>> byRoot = new LinkedHashMap<>();
        for (Step step : steps) {
            byRoot.computeIfAbsent(rootOf(step), r -> new ArrayList<>()).add(step);
        }
        byRoot.forEach((name, its) -> {
            try (RootFiles root = images.open(name)) {
                for (Step step : its) {
                    if (name.startsWith(ImageStore.STAGING_PREFIX)) {
                        configureHidden(root, step);
                    } else {
                        configurePublished(root, name, step, ledger);
                    }
                    tally.done(step);
                }
            }
        });
    }

    /** A hidden root goes with its limit; that of a container that is there is put back. */
    void limit(List<Step> steps, Ledger ledger, Tally tally) {
        for (Step step : steps) {
            LimitDisk disk = (LimitDisk) step;
            if (!disk.root().startsWith(ImageStore.STAGING_PREFIX)) {
                Optional<Size> before = images.backing().limit(disk.root());
                ledger.before(
                        "disk limit of " + disk.name(), () -> images.backing().limit(disk.root(), before));
            }
            images.backing().limit(disk.root(), Optional.of(disk.most()));
            tally.done(step);
        }
    }

    private static void configureHidden(RootFiles root, Step step) {
        if (step instanceof WriteInRoot write) {
            root.overwrite(write.path(), bytes(write), FILE_MODE);
        } else {
            root.delete(pathOf(step));
        }
    }

    private void configurePublished(RootFiles root, String name, Step step, Ledger ledger) {
        String path = pathOf(step);
        Optional<byte[]> before = root.read(path);
        ledger.before(path + " in " + name, () -> restore(name, path, before));
        if (step instanceof WriteInRoot write) {
            root.write(path, bytes(write), FILE_MODE);
        } else {
            root.delete(path);
        }
    }

    private static byte[] bytes(WriteInRoot write) {
        return write.text().getBytes(StandardCharsets.UTF_8);
    }

    /** All roots are made durable with one sync before any of them gets its name. */
    void publish(List<Step> steps, Ledger ledger, Tally tally) {
        images.sync();
        // Taken back after the names and before the files that show the roots to be ours: a power loss in between must
        // not bring a root back without them.
        ledger.before("names of " + steps.size() + " roots", images::sync);
        for (Step step : steps) {
            MachineName name = step.machine().orElseThrow();
            ledger.before("root " + name, () -> hide(name));
            images.rename(Step.staging(name), name.value());
            tally.done(step);
        }
        images.sync();
    }

    /** Takes a name back. While the staging name is there, a root of the final name is somebody else's. */
    private void hide(MachineName name) {
        boolean renamed = images.find(Step.staging(name)).isEmpty();
        if (renamed && images.find(name.value()).isPresent()) {
            images.rename(name.value(), Step.staging(name));
        }
    }

    /**
     * Hides roots, then deletes them for good: when this returns, none comes back after a power loss, and the files that
     * show them to be ours can go. One that was hidden when the process died is swept like a half-made one.
     */
    void remove(List<Step> steps, Ledger ledger, Tally tally) {
        List<MachineName> names =
                steps.stream().map(s -> ((RemoveRoot) s).name()).toList();
        names.forEach(this::hide);
        discard(names.stream().map(Step::staging).toList());
        images.sync();
        tally.allDone(steps);
    }

    /**
     * Deletes hidden roots, and the links to their journals first: without the root nobody knows their names. What is
     * inside is not trusted: a link that still leads somewhere is another's, whatever machine-id this root claims. A
     * snapshot has its machine-id, and the link, in common with the container.
     */
    private void discard(List<String> hidden) {
        for (String root : hidden) {
            machineId(root)
                    .filter(id -> !SnapshotName.isRootOfSnapshot(root))
                    .map(JOURNALS::resolve)
                    .filter(link -> files.exists(link) && files.list(link).isEmpty())
                    .ifPresent(files::delete);
        }
        images.remove(hidden);
    }

    /** A container that made something else of its machine-id has none; it can be removed like any other. */
    private Optional<String> machineId(String root) {
        if (images.find(root).isEmpty()) {
            return Optional.empty();
        }
        try (RootFiles content = images.open(root)) {
            return Identity.machineId(content);
        } catch (HostFailureException e) {
            return Optional.empty();
        }
    }

    private void restore(String name, String path, Optional<byte[]> before) {
        try (RootFiles root = images.open(name)) {
            if (before.isPresent()) {
                root.write(path, before.get(), FILE_MODE);
            } else {
                root.delete(path);
            }
        }
    }

    private static String rootOf(Step step) {
        return step instanceof WriteInRoot write ? write.root() : ((DeleteInRoot) step).root();
    }

    private static String pathOf(Step step) {
        return step instanceof WriteInRoot write ? write.path() : ((DeleteInRoot) step).path();
    }
}
