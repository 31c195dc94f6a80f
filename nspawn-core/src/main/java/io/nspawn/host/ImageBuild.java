package io.nspawn.host;

import io.nspawn.config.InstallationTraces;
import io.nspawn.internal.LibraryVersion;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.ImageName;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.MachineName;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.RootFiles;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One image, made under a hidden name and shown when it is whole. It can be killed at any instruction: the next run of
 * the same image finds what is left by names that come from the image's name alone.
 */
final class ImageBuild {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.host");
    private static final String MACHINE_PREFIX = "nspawn-build-";
    private static final int ID_LENGTH = 12;
    private static final int SUFFIX_LENGTH = 8;

    /** Shows a root of the machine's name to be ours to delete. */
    private static final String MARKER = "usr/lib/nspawn/under-construction";

    private static final String JOURNAL = "etc/systemd/journald.conf.d/50-nspawn.conf";
    private static final String RESOLV_CONF = "etc/resolv.conf";
    private static final String STUB = "../run/systemd/resolve/stub-resolv.conf";
    private static final int FILE_MODE = 0644;
    private static final int ID_MODE = 0444;

    /** systemd-tmpfiles makes subvolumes of them where they are missing, and a snapshot has those empty. */
    private static final List<String> PLAIN_DIRECTORIES = List.of("var/lib/machines", "var/lib/portables");

    private final HostPorts host;
    private final ImageStore images;
    private final ImageRecipe recipe;
    private final ImageName name;
    private final Consumer<String> log;
    private final String hidden;
    private final MachineName machine;
    private final BuildContainer container;
    private final List<ImageManifest.Step> steps = new ArrayList<>();
    private final Map<String, String> masks = new TreeMap<>();

    ImageBuild(HostPorts host, ImageRecipe recipe, Duration jobDeadline, Consumer<String> log) {
        this.host = host;
        this.images = host.images();
        this.recipe = recipe;
        this.name = recipe.requireName();
        this.log = log;
        String id = id(name);
        this.hidden = ImageStore.IMAGE_STAGING_PREFIX + id;
        this.machine = MachineName.of(MACHINE_PREFIX + id);
        this.container = new BuildContainer(host, machine, jobDeadline);
    }

    /** What tells an image's leftovers and its lock from another's. */
    static String id(ImageName name) {
        return RecipeDigest.hex(name.value().getBytes(StandardCharsets.UTF_8)).substring(0, ID_LENGTH);
    }

    /** Deletes what a build left that was killed, or that failed. */
    void sweep() {
        boolean visible = images.find(machine.value()).isPresent();
        if (visible && !isOurs()) {
            throw new AlreadyExistsException(
                    Failure.of("prepare", name.value(), "a root that was not made here is named " + machine)
                            .remedy("Remove or rename it."));
        }
        if (visible) {
            container.sweep();
            images.remove(List.of(machine.value()));
        }
        if (images.find(hidden).isPresent()) {
            images.remove(List.of(hidden));
        }
    }

    /** Makes the image whatever is there, and shows it. */
    void run(String digest, String fingerprint) {
        say("making a root from " + recipe.source().description());
        images.make(hidden, recipe.source(), log);
        inRoot(hidden, root -> {
            RecipeCheck.made(host, recipe, root);
            // Before commands run too: no two machines of a host may have the same machine-id.
            emptyIdentity(root);
            configure(root);
        });
        if (recipe.runsSomething()) {
            runCommands();
        }
        inRoot(hidden, root -> {
            resolve(root);
            emptyIdentity(root);
            say("emptied what tells an installation from others");
            root.delete(MARKER);
            root.write(
                    ImageManifest.PATH,
                    manifest(digest, fingerprint).toJson().getBytes(StandardCharsets.UTF_8),
                    FILE_MODE);
        });
        requireOneSubvolume();
        images.sync();
        images.seal(hidden);
        publish();
        images.sync();
        LOG.info("{}: prepared from {}", name, recipe.source().description());
    }

    private boolean isOurs() {
        try (RootFiles root = images.open(machine.value())) {
            return root.read(MARKER).isPresent();
        }
    }

    private void configure(RootFiles root) {
        root.write(MARKER, (name + "\n").getBytes(StandardCharsets.UTF_8), FILE_MODE);
        PLAIN_DIRECTORIES.forEach(directory -> makeDirectory(root, directory));
        RootUnits units = new RootUnits(root);
        for (String unit : recipe.enabled()) {
            units.enable(unit);
            say("enabled " + unit);
        }
        recipe.orderedMasks().forEach((unit, reason) -> mask(root, units, unit, reason));
        recipe.hasVolatileJournal().ifPresent(isVolatile -> journal(root, isVolatile));
        recipe.files().forEach((path, file) -> {
            root.write(path, file.bytes(), file.mode());
            say("wrote " + path + ", SHA-256 " + RecipeDigest.hex(file.bytes()));
        });
    }

    /** A file makes the directories above it, and stays what was there. */
    private static void makeDirectory(RootFiles root, String directory) {
        if (root.list(directory).isEmpty()) {
            root.write(directory + "/.nspawn", new byte[0], FILE_MODE);
            root.delete(directory + "/.nspawn");
        }
    }

    private void mask(RootFiles root, RootUnits units, String unit, String reason) {
        if (!units.has(unit)) {
            return;
        }
        if (units.hasOwn(unit)) {
            say("left " + unit + " as it is: a file of the image's own stands in /etc");
            return;
        }
        units.mask(unit);
        if (unit.equals(LeanMask.USER_SESSIONS)) {
            // That unit deletes /run/nologin, which only root gets past.
            root.link("etc/tmpfiles.d/systemd-nologin.conf", "/dev/null");
        }
        masks.put(unit, reason);
        say("masked " + unit + ": " + reason);
    }

    private void journal(RootFiles root, boolean isVolatile) {
        String storage = isVolatile ? "volatile" : "persistent";
        root.write(JOURNAL, ("[Journal]\nStorage=" + storage + "\n").getBytes(StandardCharsets.UTF_8), FILE_MODE);
        say("journals are " + storage);
    }

    /** The root has the name of a machine while commands are run in it: only those can be started. */
    private void runCommands() {
        Optional<byte[]> resolvConf = look(root -> root.read(RESOLV_CONF));
        boolean resolves = look(root -> new RootUnits(root).isEnabled("systemd-resolved.service"));
        List<List<String>> commands = new ArrayList<>();
        if (!recipe.packages().isEmpty()) {
            commands.addAll(look(PackageInstaller::in).orElseThrow().commands(recipe.packages()));
        }
        commands.addAll(recipe.commands());

        images.rename(hidden, machine.value());
        say("booting it to run " + commands.size() + " commands");
        container.start(recipe.usesHostNetwork());
        for (List<String> command : commands) {
            String words = String.join(" ", command);
            log.accept("running " + words);
            List<String> said = container.run(command, recipe.commandDeadline(), log);
            steps.add(new ImageManifest.Step("ran " + words, said));
        }
        container.stop();
        images.rename(machine.value(), hidden);
        if (recipe.usesHostNetwork()) {
            inRoot(hidden, root -> restore(root, resolvConf, resolves));
        }
    }

    /** The image is for other places than the one where it was made. */
    private static void restore(RootFiles root, Optional<byte[]> resolvConf, boolean resolves) {
        root.delete(RESOLV_CONF);
        if (resolves) {
            root.link(RESOLV_CONF, STUB);
        } else {
            resolvConf.ifPresent(bytes -> root.write(RESOLV_CONF, bytes, FILE_MODE));
        }
    }

    private void resolve(RootFiles root) {
        if (recipe.resolves()) {
            root.link(RESOLV_CONF, STUB);
            say("names are looked up by systemd-resolved");
        }
    }

    /** Every container gets a machine-id of its own when it is deployed, or at its first boot. */
    private static void emptyIdentity(RootFiles root) {
        root.overwrite(InstallationTraces.MACHINE_ID, new byte[0], ID_MODE);
        if (root.delete(InstallationTraces.DBUS_MACHINE_ID)) {
            root.link(InstallationTraces.DBUS_MACHINE_ID, "/" + InstallationTraces.MACHINE_ID);
        }
        InstallationTraces.SECRETS.forEach(root::delete);
        InstallationTraces.ENTRIES.forEach((directory, names) -> {
            for (String entry : root.list(directory)) {
                if (names.matcher(entry).matches()) {
                    root.delete(directory + "/" + entry);
                }
            }
        });
    }

    private void requireOneSubvolume() {
        List<Finding> findings = images.nested(hidden).stream()
                .map(path -> new Finding(
                        name.value(),
                        "a command made a subvolume at " + path,
                        "have it made a plain directory, or deleted by a last command"))
                .toList();
        if (!findings.isEmpty()) {
            throw new InvalidSpecException(findings);
        }
    }

    /** In one step the name is that of the new image, whether there was an old one or not. */
    private void publish() {
        if (images.find(name.value()).isEmpty()) {
            images.rename(hidden, name.value());
            return;
        }
        Optional<ImageManifest> old = ImagePreparations.manifest(images, name);
        images.exchange(hidden, name.value());
        if (recipe.keepsOld() && old.isPresent()) {
            String kept = name + "-" + old.get().recipe().substring(0, SUFFIX_LENGTH);
            if (images.find(kept).isEmpty()) {
                images.rename(hidden, kept);
                LOG.info("{}: the old image is {} now", name, kept);
                return;
            }
        }
        images.remove(List.of(hidden));
    }

    private ImageManifest manifest(String digest, String fingerprint) {
        return new ImageManifest(
                name,
                digest,
                recipe.source().description(),
                fingerprint,
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                LibraryVersion.text(),
                steps,
                masks);
    }

    private void say(String step) {
        steps.add(new ImageManifest.Step(step, List.of()));
        log.accept(step);
    }

    private void inRoot(String root, Consumer<RootFiles> action) {
        try (RootFiles files = images.open(root)) {
            action.accept(files);
        }
    }

    private <T> T look(Function<RootFiles, T> question) {
        try (RootFiles files = images.open(hidden)) {
            return question.apply(files);
        }
    }
}
