package io.nspawn;

import io.nspawn.model.ImageName;
import io.nspawn.spi.ImageStore.Root;
import java.time.Instant;
import java.util.Optional;

/**
 * An image in the pool.
 *
 * @param name its name
 * @param sealed whether it is read-only, as a template should be
 * @param created when it was made, where the file system keeps that
 */
public record Image(ImageName name, boolean sealed, Optional<Instant> created) {
    static Image of(Root root) {
        return new Image(ImageName.of(root.name()), root.readOnly(), root.created());
    }
}
