package io.nspawn.host;

import io.nspawn.model.ImageName;
import io.nspawn.model.ImageSource;
import io.nspawn.model.Operation;
import io.nspawn.spi.HostFiles;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.RootFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Prepares images by recipes, each on a thread of its own. */
public final class ImagePreparations implements AutoCloseable {
    private static final Path LOCKS = Path.of("/run/nspawn");

    private final HostPorts host;
    private final Duration jobDeadline;
    private final Set<Preparation> underWay = ConcurrentHashMap.newKeySet();

    /**
     * The preparations of a host.
     *
     * @param jobDeadline for a container to start, and for another process that prepares the same image
     */
    public ImagePreparations(HostPorts host, Duration jobDeadline) {
        this.host = host;
        this.jobDeadline = jobDeadline;
    }

    /**
     * Makes sure that the image of a recipe is there, sealed. One that the same recipe made is left as it is. One that an
     * older recipe made is replaced in one step, once the new one is whole; its clones are independent of it.
     *
     * @throws IllegalArgumentException if the recipe names no image
     * @throws io.nspawn.model.InvalidSpecException if it cannot be prepared here, with every finding; nothing was changed
     * @throws io.nspawn.model.BusyException if a container runs on the image itself; nothing was changed
     * @throws io.nspawn.model.UnsupportedException if a program is missing that the source takes; nothing was changed
     */
    public Operation<ImageName> prepare(ImageRecipe recipe) {
        recipe.requireName();
        RecipeCheck.before(host, recipe);
        Preparation preparation = new Preparation(recipe, this::work);
        underWay.add(preparation);
        preparation.onEnd(() -> underWay.remove(preparation));
        preparation.start();
        return preparation;
    }

    /** Whether the image of a recipe is there as that makes it; {@link #prepare} would leave it as it is. */
    boolean isPrepared(ImageRecipe recipe) {
        if (recipe.source() instanceof ImageSource.Existing existing
                && host.images().find(existing.image().value()).isEmpty()) {
            return false;
        }
        return isMade(
                recipe.requireName(), RecipeDigest.of(recipe, host.images().fingerprint(recipe.source())));
    }

    /**
     * What was done to make an image; empty for one that no recipe made.
     *
     * @throws io.nspawn.model.NotFoundException if the image is not there
     * @throws io.nspawn.model.HostFailureException if its manifest was edited
     */
    public static Optional<ImageManifest> manifest(ImageStore images, ImageName name) {
        try (RootFiles root = images.open(name.value())) {
            return root.read(ImageManifest.PATH).map(content -> ImageManifest.read(name.value(), content));
        }
    }

    /** Cancels what is under way, and waits until nothing of it is left. */
    @Override
    public void close() {
        underWay.forEach(Preparation::cancel);
        underWay.forEach(Preparation::join);
    }

    private void work(Preparation preparation) {
        ImageRecipe recipe = preparation.recipe();
        ImageName name = recipe.requireName();
        Path lock = LOCKS.resolve("image-" + ImageBuild.id(name) + ".lock");
        try (HostFiles.Lock held = host.files().lock(lock, jobDeadline)) {
            ImageBuild build = new ImageBuild(host, recipe, jobDeadline, preparation::said);
            build.sweep();
            RecipeCheck.before(host, recipe);
            String fingerprint = host.images().fingerprint(recipe.source());
            String digest = RecipeDigest.of(recipe, fingerprint);
            if (isMade(name, digest)) {
                preparation.said("nothing to do: the same recipe made it");
                return;
            }
            try {
                build.run(digest, fingerprint);
            } catch (RuntimeException e) {
                preparation.undo(build::sweep, e);
                throw e;
            }
        }
    }

    private boolean isMade(ImageName name, String digest) {
        return host.images().find(name.value()).filter(Root::readOnly).isPresent()
                && manifest(host.images(), name)
                        .filter(m -> m.recipe().equals(digest))
                        .isPresent();
    }
}
