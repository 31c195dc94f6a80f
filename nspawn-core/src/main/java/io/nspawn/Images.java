package io.nspawn;

import io.nspawn.host.ImageManifest;
import io.nspawn.host.ImagePreparations;
import io.nspawn.host.ImageRecipe;
import io.nspawn.model.Compression;
import io.nspawn.model.ImageFormat;
import io.nspawn.model.ImageName;
import io.nspawn.model.ImageUsage;
import io.nspawn.model.Operation;
import io.nspawn.model.Size;
import io.nspawn.model.Verify;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.ImageStore.Space;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The images of a host's pool. */
public final class Images {
    private final ImageStore store;
    private final ImagePreparations preparations;

    Images(ImageStore store, ImagePreparations preparations) {
        this.store = store;
        this.preparations = preparations;
    }

    /**
     * Makes sure that the image of a recipe is there, sealed: from an image, a directory, an archive, mmdebstrap or a
     * download, with what the recipe says done to it. It is made under a hidden name, and shown when it is whole and on
     * disk; what fails, is cancelled or is killed leaves nothing but, for the latter, what the next run deletes. An image
     * that the same recipe made is left as it is; one that another recipe made is replaced in one step, and containers
     * cloned from it stay what they are.
     *
     * <pre>{@code
     * host.images().prepare(ImageRecipe.leanOf("debian-12")).await();
     * }</pre>
     *
     * @throws IllegalArgumentException if the recipe names no image
     * @throws io.nspawn.model.InvalidSpecException if it cannot be prepared here, with every finding; nothing was changed
     * @throws io.nspawn.model.BusyException if a container runs on the image itself; nothing was changed
     * @throws io.nspawn.model.UnsupportedException if a program is missing that the source takes; nothing was changed
     */
    public Operation<ImageName> prepare(ImageRecipe recipe) {
        return preparations.prepare(recipe);
    }

    /**
     * What was done to make an image, or to make the image that a container was cloned from; empty if no recipe made it.
     *
     * @throws io.nspawn.model.NotFoundException if it is not there
     * @throws io.nspawn.model.HostFailureException if its manifest was edited
     */
    public Optional<ImageManifest> manifest(String name) {
        return ImagePreparations.manifest(store, ImageName.of(name));
    }

    /** All sealed images, by name; roots of containers are writable and not among them. */
    public List<Image> list() {
        return store.list().stream()
                .filter(root -> root.readOnly() && !root.isStaging())
                .sorted(Comparator.comparing(Root::name))
                .map(Image::of)
                .toList();
    }

    /** Finds an image or root by name, sealed or not. */
    public Optional<Image> find(String name) {
        return store.find(ImageName.of(name).value()).map(Image::of);
    }

    /**
     * What an image or root takes and may take.
     *
     * @throws io.nspawn.model.NotFoundException if it is not there
     */
    public ImageUsage usage(String name) {
        return store.usage(ImageName.of(name));
    }

    /**
     * Renames an image with the settings files that belong to it.
     *
     * @throws io.nspawn.model.NotFoundException if it is not there
     * @throws io.nspawn.model.AlreadyExistsException if the new name is taken
     * @throws io.nspawn.model.BusyException if a container runs on it
     */
    public void rename(String name, String newName) {
        store.renameImage(ImageName.of(name), ImageName.of(newName));
    }

    /**
     * Seals an image, so that it can be cloned while nobody changes it.
     *
     * @throws io.nspawn.model.NotFoundException if it is not there
     * @throws io.nspawn.model.BusyException if a container runs on it
     */
    public void seal(String name) {
        store.setReadOnly(ImageName.of(name), true);
    }

    /** Makes an image writable, and with that no longer one that {@link #list} shows. */
    public void unseal(String name) {
        store.setReadOnly(ImageName.of(name), false);
    }

    /**
     * Limits what an image or root may refer to, shared or not.
     *
     * @throws io.nspawn.model.NotFoundException if it is not there
     * @throws io.nspawn.model.UnsupportedException if the pool has no quotas
     */
    public void limit(String name, Size most) {
        store.limit(ImageName.of(name), OptionalLong.of(most.bytes()));
    }

    /**
     * Deletes an image with the settings files that belong to it.
     *
     * @throws io.nspawn.model.NotFoundException if it is not there
     * @throws io.nspawn.model.BusyException if a container runs on it
     */
    public void remove(String name) {
        store.removeImage(ImageName.of(name));
    }

    /** Deletes hidden images that nobody uses, such as the copies that downloads keep. Returns their names. */
    public List<String> cleanHidden() {
        return store.cleanHidden();
    }

    /**
     * Downloads an archive and makes a sealed image of it, by systemd-importd. One that is being downloaded from there to
     * that name already is joined: there is one download then, which ends for all who cancel it.
     *
     * <p>As {@code machinectl pull-tar} does, it keeps the download as a hidden image, for {@link #cleanHidden} to delete.
     * importd turns full quotas on for the pool's whole file system, unless it has {@code SYSTEMD_IMPORT_BTRFS_QUOTA=0} in
     * its environment; where they were off before, they are put off again before the operation ends. Only if this process
     * dies in between they stay on: {@link io.nspawn.host.Pool#disableQuotas}.
     *
     * @param source http or https
     * @throws IllegalArgumentException if it is something else
     * @throws io.nspawn.model.AlreadyExistsException if the name is taken
     * @throws io.nspawn.model.BusyException if the same is being downloaded to another name, or with another check
     */
    public Operation<ImageName> pullTar(URI source, String name, Verify verify) {
        return store.pull(source, ImageName.of(name), ImageFormat.TAR, verify);
    }

    /** Downloads a disk image, as {@link #pullTar} does an archive. */
    public Operation<ImageName> pullRaw(URI source, String name, Verify verify) {
        return store.pull(source, ImageName.of(name), ImageFormat.RAW, verify);
    }

    /**
     * Makes a sealed image of an archive, compressed or not; for quotas see {@link #pullTar}.
     *
     * @param source read by a thread of its own, and left open
     * @throws io.nspawn.model.AlreadyExistsException if the name is taken
     */
    public Operation<ImageName> importTar(InputStream source, String name) {
        return store.importFrom(source, ImageName.of(name), ImageFormat.TAR);
    }

    /** Makes an image of a disk image, as {@link #importTar} does of an archive. */
    public Operation<ImageName> importRaw(InputStream source, String name) {
        return store.importFrom(source, ImageName.of(name), ImageFormat.RAW);
    }

    /**
     * Writes an image as an archive.
     *
     * @param target written by a thread of its own, and left open
     * @throws io.nspawn.model.NotFoundException if the image is not there
     */
    public Operation<ImageName> exportTar(String name, OutputStream target, Compression compression) {
        return store.exportTo(target, ImageName.of(name), ImageFormat.TAR, compression);
    }

    /** Writes a disk image, as {@link #exportTar} does a subvolume. */
    public Operation<ImageName> exportRaw(String name, OutputStream target, Compression compression) {
        return store.exportTo(target, ImageName.of(name), ImageFormat.RAW, compression);
    }

    /**
     * Waits until the space of removed containers is free and all is on disk, so that {@link #space} counts what is
     * there.
     *
     * @throws io.nspawn.model.DeadlineExceededException if the file system takes longer
     */
    public void settle(Duration deadline) {
        store.settle(deadline);
    }

    /** Bytes of the whole pool. */
    public Space space() {
        return store.space();
    }
}
