package io.nspawn.examples.allinone;

import io.nspawn.host.HostSetup;
import io.nspawn.host.ImageRecipe;
import io.nspawn.model.Size;
import io.nspawn.testkit.lab.LabHost;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** What a bare lab host has to become: a pool, the image that the lab came with, made lean, and the five networks. */
final class LabSetup {
    private static final Size POOL = Size.parse("8G");

    private LabSetup() {}

    /** What is deployed then. */
    static String deployed(String image) {
        return ImageRecipe.leanOf(image).name().orElseThrow().value();
    }

    static HostSetup of(int containers, String image) {
        return HostSetup.forContainers(containers)
                .loopback(POOL)
                .image(image, () -> archiveOf(LabHost.IMAGES.resolve(image)))
                .recipe(ImageRecipe.leanOf(image))
                .topology(Layout.topology())
                .build();
    }

    /** The archive that a distribution's server would have. */
    private static InputStream archiveOf(Path root) {
        try {
            Process tar = new ProcessBuilder(
                            "tar", "--create", "--numeric-owner", "--xattrs", "--directory=" + root, ".")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            tar.getOutputStream().close();
            return new FilterInputStream(tar.getInputStream()) {
                @Override
                public void close() throws IOException {
                    super.close();
                    tar.destroy();
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
