// Gives a container the root of another image, with the same identity and what is persistent. The second upgrade is to
// an image that cannot boot: the container goes back by itself.
//
//     ./example upgrade            on the host in memory
//     ./example upgrade --lab      on a real host that is thrown away after (root)
package io.nspawn.examples;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.host.ImageRecipe;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeployException;
import io.nspawn.model.ImageName;
import io.nspawn.testkit.ExecScript.Reply;
import io.nspawn.testkit.FakeHost;
import io.nspawn.testkit.FakeImage;
import io.nspawn.testkit.MachineLife;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** An upgrade, and the way back. */
public final class Upgrade {
    private static final String NEXT = "next";
    private static final String BROKEN = "broken";
    private static final Duration READY = Duration.ofSeconds(60);

    private Upgrade() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        Stage.play(Upgrade.class, arguments, Upgrade::prepareMemory, Upgrade::show);
    }

    private static void show(Host host, String image) {
        prepare(host, ImageRecipe.from(image).named(NEXT).file("/etc/release-of-ours", "2\n"));
        prepare(host, ImageRecipe.from(image).named(BROKEN).file("/usr/lib/systemd/systemd", "no program\n"));
        ContainerSpec spec = ContainerSpec.named("shop")
                .image(image)
                .boots()
                .persistent("/var/lib/shop")
                .build();
        Container shop = host.deploy(spec);
        String identity = shop.exec("cat", "/etc/machine-id").stdout();

        shop = host.upgrade(spec, NEXT, READY);
        System.out.println("upgraded to " + NEXT + ": " + shop.status().state());
        System.out.println("the same machine-id: "
                + shop.exec("cat", "/etc/machine-id").stdout().equals(identity));
        try {
            host.upgrade(spec.withImage(ImageName.of(NEXT)), BROKEN, READY);
        } catch (DeployException e) {
            System.out.println("not upgraded to " + BROKEN + ": " + e.getMessage());
        }
        System.out.println("it is " + shop.status().state() + " with the root that it had: "
                + host.plan(spec.withImage(ImageName.of(NEXT))).changesNothing());

        shop.remove();
        host.images().remove(NEXT);
        host.images().remove(BROKEN);
    }

    private static void prepare(Host host, ImageRecipe recipe) {
        if (recipe.name().flatMap(name -> host.images().find(name.value())).isEmpty()) {
            try (ProgressLine progress = ProgressLine.onTerminal()) {
                host.images().prepare(recipe).await(Duration.ofMinutes(5), progress.operation("prepare"));
            }
        }
    }

    /** In memory, an image that cannot boot is one that is said not to. */
    private static void prepareMemory(FakeHost host) {
        host.addImage(
                FakeImage.named(BROKEN).lives(MachineLife.exits(1, "Failed to execute /usr/lib/systemd/systemd")));
        host.onExec((machine, command) -> command.get(0).equals("cat")
                ? Optional.of(Reply.ok("b08dfa6083e7567a1921a715000001fb\n"))
                : Optional.empty());
    }
}
