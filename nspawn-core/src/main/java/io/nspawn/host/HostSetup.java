package io.nspawn.host;

import io.nspawn.model.ImageName;
import io.nspawn.model.PoolCompression;
import io.nspawn.model.Size;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a host must become before it carries containers: how many there will be, the pool, the images, the networks. One
 * value for all of it; {@code Host.setUp} makes it true, and makes it true again after a kill or a change.
 *
 * <pre>{@code
 * HostSetup setup = HostSetup.forContainers(32)
 *         .loopback(Size.parse("64G"))
 *         .image("debian-12", () -> Files.newInputStream(tar))
 *         .recipe(ImageRecipe.leanOf("debian-12"))
 *         .topology(topology)
 *         .build();
 * host.setUp(setup);
 * }</pre>
 *
 * @param containers how many are to run at the same time, 1 or more
 * @param pool where the pool lies; empty to keep the one that is there, which is asked for then
 * @param simpleQuotas whether containers can be limited
 * @param images those that must be in the pool
 * @param recipes what images are prepared of those, each with the name of its image; in this order
 * @param topology the networks, which come back at each boot
 */
public record HostSetup(
        int containers,
        Optional<Ground> pool,
        boolean simpleQuotas,
        List<ImportedImage> images,
        List<ImageRecipe> recipes,
        Topology topology) {
    /** What the pool is to stand on. */
    public sealed interface Ground {
        PoolCompression compression();

        /** In a few words: {@code of 64.0G in a file}. */
        String summary();

        /** A file of that size, see {@link Pool#ensureLoopback}. */
        record Loopback(Size size, PoolCompression compression) implements Ground {
            @Override
            public String summary() {
                return "of " + size + " in a file";
            }
        }

        /** A device, see {@link Pool#ensureDevice}. */
        record Device(Path device, PoolCompression compression) implements Ground {
            @Override
            public String summary() {
                return "on " + device;
            }
        }
    }

    /**
     * An image that is imported unless one of its name is there.
     *
     * @param name its name in the pool
     * @param tar opens the archive that it is made of, plain or compressed
     */
    public record ImportedImage(ImageName name, Supplier<InputStream> tar) {
        public ImportedImage {
            Objects.requireNonNull(name);
            Objects.requireNonNull(tar);
        }
    }

    public HostSetup {
        if (containers < 1) {
            throw new IllegalArgumentException("a host is set up for at least one container, not " + containers);
        }
        Objects.requireNonNull(pool);
        images = List.copyOf(images);
        recipes = List.copyOf(recipes);
        recipes.forEach(ImageRecipe::requireName);
        Objects.requireNonNull(topology);
    }

    /** A setup for so many containers at the same time. */
    public static Builder forContainers(int containers) {
        return new Builder(containers);
    }

    /** Collects a setup. */
    public static final class Builder {
        private final int containers;
        private final List<ImportedImage> images = new ArrayList<>();
        private final List<ImageRecipe> recipes = new ArrayList<>();
        private Optional<Ground> pool = Optional.empty();
        private Topology topology = Topology.builder().build();
        private boolean simpleQuotas;

        private Builder(int containers) {
            this.containers = containers;
        }

        /** The pool lies in a file of that size, without compression. */
        public Builder loopback(Size size) {
            return pool(new Ground.Loopback(size, PoolCompression.NONE));
        }

        /** The pool lies on that device, without compression. */
        public Builder device(Path device) {
            return pool(new Ground.Device(device, PoolCompression.NONE));
        }

        /** Where the pool lies. */
        public Builder pool(Ground ground) {
            pool = Optional.of(ground);
            return this;
        }

        /** Containers can be limited in what they write; Linux 6.7. */
        public Builder simpleQuotas() {
            simpleQuotas = true;
            return this;
        }

        /** An image must be there; where it is not, it is made of an archive. */
        public Builder image(String name, Supplier<InputStream> tar) {
            images.add(new ImportedImage(ImageName.of(name), tar));
            return this;
        }

        /**
         * An image must be there as this recipe makes it; see {@code Images.prepare}.
         *
         * @throws IllegalArgumentException if the recipe names no image
         */
        public Builder recipe(ImageRecipe recipe) {
            recipe.requireName();
            recipes.add(recipe);
            return this;
        }

        /** The networks, now and at each boot. */
        public Builder topology(Topology networks) {
            topology = networks;
            return this;
        }

        public HostSetup build() {
            return new HostSetup(containers, pool, simpleQuotas, images, recipes, topology);
        }
    }
}
