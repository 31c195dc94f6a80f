package io.nspawn.host;

import io.nspawn.model.BusyException;
import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.ImageName;
import io.nspawn.model.ImageSource;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.RootFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What keeps a recipe from being prepared on a host; everything at once, and nothing touched. */
final class RecipeCheck {
    private final HostPorts host;
    private final ImageRecipe recipe;
    private final String subject;
    private final List<Finding> findings = new ArrayList<>();

    private RecipeCheck(HostPorts host, ImageRecipe recipe) {
        this.host = host;
        this.recipe = recipe;
        this.subject = recipe.requireName().value();
    }

    /**
     * Looks at the host and at the source, where that can be looked at before it is used.
     *
     * @throws InvalidSpecException with every finding
     * @throws BusyException if the image that is there is in use
     */
    static void before(HostPorts host, ImageRecipe recipe) {
        RecipeCheck check = new RecipeCheck(host, recipe);
        check.name();
        check.source();
        check.end();
        check.use();
    }

    /** Looks at a root that was made of the source. */
    static void made(HostPorts host, ImageRecipe recipe, RootFiles root) {
        RecipeCheck check = new RecipeCheck(host, recipe);
        check.tree(root);
        check.end();
    }

    private void end() {
        if (!findings.isEmpty()) {
            throw new InvalidSpecException(findings);
        }
    }

    private void name() {
        ImageName name = recipe.requireName();
        if (recipe.source() instanceof ImageSource.Existing existing
                && existing.image().equals(name)) {
            find("the image would replace its own source", "give it another name");
        }
        Optional<Root> there = host.images().find(name.value());
        if (there.isEmpty()) {
            return;
        }
        Optional<ImageManifest> manifest = ImagePreparations.manifest(host.images(), name);
        if (manifest.filter(m -> m.image().equals(name)).isEmpty()) {
            find("something that no recipe made has that name", "choose another name, or remove what is there");
        } else if (!there.get().readOnly()) {
            find("the image was unsealed, and may have been changed", "seal it to keep it, or remove it");
        }
    }

    /** A sealed image can be run itself, without a clone. */
    private void use() {
        if (!MachineName.isMappable(subject)
                || !MachineName.mapped(subject).value().equals(subject)) {
            return;
        }
        MachineName machine = MachineName.of(subject);
        if (!Objects.requireNonNull(host.machines().units(List.of(machine)).get(machine))
                .isDown()) {
            throw new BusyException(Failure.of("prepare", subject, "a container runs on the image itself")
                    .remedy("Stop it, or choose another name."));
        }
    }

    private void source() {
        if (recipe.source() instanceof ImageSource.Existing existing) {
            Optional<Root> image = host.images().find(existing.image().value());
            if (image.isPresent() && !image.get().readOnly()) {
                find("its source " + existing.image() + " can be changed while it is copied", "seal that image first");
                return;
            }
        }
        try (Closing<RootFiles> look = new Closing<>(host.images().look(recipe.source()))) {
            if (look.held.isPresent()) {
                tree(look.held.get());
                nested();
            }
        } catch (NotFoundException e) {
            find("its source is not there: " + recipe.source().description(), "make or fetch it, or correct the name");
        }
    }

    private void nested() {
        if (recipe.flattens()) {
            return;
        }
        for (String path : host.images().nested(recipe.source())) {
            find(
                    "a subvolume is nested in its source at " + path,
                    "say flattenNested() to take its content along, or remove it");
        }
    }

    private void tree(RootFiles root) {
        boolean release = root.read("etc/os-release").isPresent()
                || root.read("usr/lib/os-release").isPresent();
        if (root.list("usr").isEmpty() || !release) {
            find(
                    "its source is no root file system of an operating system: " + (release ? "/usr" : "os-release")
                            + " is missing",
                    "start from the directory that has /usr and /etc in it");
            return;
        }
        boolean init = root.list("usr/lib/systemd").contains("systemd")
                || root.list("sbin").contains("init");
        if ((recipe.isBootable() || recipe.runsSomething()) && !init) {
            find("there is no init in it", "install systemd there, or say applicationsOnly() if nothing is to boot");
        }
        List<String> programs = root.list("usr/bin");
        if (recipe.runsSomething() && !programs.contains("dbus-daemon") && !programs.contains("dbus-broker-launch")) {
            find("there is no D-Bus in it, by which commands are run", "install dbus there");
        }
        if (!recipe.packages().isEmpty() && PackageInstaller.in(root).isEmpty()) {
            find("there is no package manager in it, of " + PackageInstaller.known(), "leave packages(…) out");
        }
        units(new RootUnits(root));
    }

    private void units(RootUnits units) {
        for (String unit : recipe.requiredUnits()) {
            if (!units.has(unit)) {
                find("there is no unit " + unit + " in it", "install what has it, or correct the name");
            } else if (recipe.masks().containsKey(unit) && units.hasOwn(unit)) {
                find("a file of the image's own stands at /etc/systemd/system/" + unit, "remove it in the source");
            }
        }
        for (String unit : recipe.enabled()) {
            if (recipe.masks().containsKey(unit)) {
                find(unit + " is to be enabled and masked", "decide for one");
            }
        }
    }

    private void find(String problem, String remedy) {
        findings.add(new Finding(subject, problem, remedy));
    }

    /** Closes what may be there. */
    private record Closing<T extends RootFiles>(Optional<T> held) implements AutoCloseable {
        @Override
        public void close() {
            held.ifPresent(RootFiles::close);
        }
    }
}
