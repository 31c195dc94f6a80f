package io.nspawn;

import io.nspawn.model.ImageName;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.ImageStore.Space;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The images of a host's pool. */
public final class Images {
    private final ImageStore store;

    Images(ImageStore store) {
        this.store = store;
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
