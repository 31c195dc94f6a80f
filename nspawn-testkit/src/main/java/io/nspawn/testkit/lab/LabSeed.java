package io.nspawn.testkit.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every lab of a release starts from and none changes: the host's file system, and a pool with the base image. */
final class LabSeed {
    private static final Logger LOG = LoggerFactory.getLogger(LabSeed.class);
    private static final int KEPT = 4000;

    private LabSeed() {}

    /** {@code NSPAWN_LAB_CACHE}, or the machine's own place for it. */
    static Path defaultCache() {
        return Path.of(System.getenv().getOrDefault("NSPAWN_LAB_CACHE", "/var/cache/nspawn-lab"));
    }

    static Path of(LabRelease release, LabScripts scripts, Path cache) {
        return cache.resolve(release.codename() + "-" + scripts.recipeHash());
    }

    /** Builds the seed unless it is there; waits while another process builds it. */
    static Path ensure(LabRelease release, LabScripts scripts, Path cache) {
        Path seed = of(release, scripts, cache);
        if (!Files.isDirectory(seed)) {
            LOG.info("Building the lab host {} in {}: once for this recipe, a minute or two", release, seed);
            build(release, scripts, seed);
        }
        return seed;
    }

    private static void build(LabRelease release, LabScripts scripts, Path seed) {
        TextTail said = new TextTail(KEPT);
        try {
            Process process = new ProcessBuilder(List.of(
                            "/bin/bash",
                            scripts.lab().toString(),
                            "build",
                            seed.toString(),
                            scripts.recipe().toString(),
                            release.codename(),
                            release.baseImage()))
                    .redirectErrorStream(true)
                    .start();
            TextReader reader = TextReader.start("nspawn-lab-build", process.getInputStream(), said);
            try {
                int status = process.waitFor();
                reader.join(1000);
                if (status != 0) {
                    throw new LabException("Building the lab host " + release + " failed:\n" + said.text());
                }
            } finally {
                // The end of its input ends a build that is still going.
                process.getOutputStream().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot build the lab host " + release, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("Interrupted while the lab host " + release + " was built", e);
        }
    }
}
