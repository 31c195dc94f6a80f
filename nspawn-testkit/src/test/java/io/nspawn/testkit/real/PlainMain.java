package io.nspawn.testkit.real;

import io.nspawn.Host;
import io.nspawn.Timeouts;
import io.nspawn.host.ImageRecipe;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Storage;
import java.time.Duration;

/** Copies in a pool of plain directories, in a JVM of its own, to be killed. */
final class PlainMain {
    private static final Duration LONG = Duration.ofMinutes(5);

    private PlainMain() {}

    /** Takes the word deploy, upgrade or prepare, the name of what is made, and that of the image it is made from. */
    public static void main(String[] arguments) {
        String name = arguments[1];
        String image = arguments[2];
        ContainerSpec spec = ContainerSpec.named(name).image(image).build();
        try (Host host = Host.local(Timeouts.DEFAULT, Storage.PLAIN_DIRECTORIES)) {
            switch (arguments[0]) {
                case "deploy" -> host.deploy(spec);
                case "upgrade" -> host.upgrade(spec, image);
                case "prepare" ->
                    host.images().prepare(ImageRecipe.from(image).named(name)).await(LONG);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }
}
