package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.Image;
import io.nspawn.Timeouts;
import io.nspawn.host.ImageRecipe;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.DeployException;
import io.nspawn.model.Storage;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images are prepared, and containers get roots of them, in a pool of plain directories too. */
@LabTest({"bookworm", "trixie"})
class PlainReplacementsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path POOL = PoolScratch.POOL;
    private static final String MACHINE = "lp-replaced";
    private static final String NEXT = "lp-next";

    private PlainPool pool;
    private Host host;

    @BeforeEach
    void open() {
        pool = PlainPool.make("2G");
        host = Host.local(Timeouts.DEFAULT, Storage.PLAIN_DIRECTORIES);
    }

    @AfterEach
    void close() {
        try (PlainPool closed = pool;
                Host used = host) {
            Setup.remove(used, MACHINE);
        }
    }

    private static ContainerSpec spec() {
        return ContainerSpec.named(MACHINE)
                .image(Setup.image())
                .persistent("/var/lib/kept")
                .build();
    }

    private ImageRecipe recipe() {
        return ImageRecipe.from(Setup.image()).named(NEXT).lean();
    }

    private void prepare(ImageRecipe recipe) {
        host.images().prepare(recipe).await(PATIENCE);
    }

    @Test
    void aRecipeMakesASealedImageOnce() throws IOException {
        ImageRecipe recipe = recipe().command("/bin/sh", "-c", "id -u > /root/made");
        prepare(recipe);

        assertThat(host.images().find(NEXT)).get().matches(Image::sealed);
        assertThat(Files.readString(POOL.resolve(NEXT + "/root/made"))).isEqualTo("0\n");
        assertThat(POOL.resolve(NEXT + "/etc/machine-id")).isEmptyFile();
        assertThat(Command.result("touch", POOL + "/" + NEXT + "/new").status()).isNotZero();
        Object inode = Files.getAttribute(POOL.resolve(NEXT), "unix:ino");
        prepare(recipe);
        assertThat(Files.getAttribute(POOL.resolve(NEXT), "unix:ino")).isEqualTo(inode);

        prepare(recipe.command("/bin/rm", "/root/made"));

        assertThat(POOL.resolve(NEXT + "/root/made")).doesNotExist();
        assertOnly(Setup.image(), NEXT);
        assertThatThrownBy(() -> prepare(recipe.command("/bin/false"))).hasMessageContaining("/bin/false");
        assertOnly(Setup.image(), NEXT);
    }

    @Test
    void anUpgradeKeepsIdentityAndWhatIsPersistent() throws IOException {
        prepare(recipe().file("/etc/next", "next"));
        Container container = host.deploy(spec());
        container.exec("sh", "-c", "mkdir /var/lib/kept; cd /var/lib/kept; echo rows > table; chmod 4750 table");
        container.exec("touch", "/root/gone");
        String id = container.exec("cat", "/etc/machine-id").stdout();

        host.upgradeKeeping("old", spec(), NEXT, PATIENCE);

        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
        assertThat(container.exec("cat", "/etc/next").stdout()).isEqualTo("next");
        assertThat(container.exec("cat", "/etc/machine-id").stdout()).isEqualTo(id);
        assertThat(container.exec("stat", "-c", "%a", "/var/lib/kept/table").stdout())
                .isEqualTo("4750\n");
        assertThat(container.exec("test", "-e", "/root/gone").exitCode()).isNotZero();
        assertOnly(Setup.image(), NEXT, MACHINE, MACHINE + "@old");
        container.rollback("old");
        assertThat(container.exec("test", "-e", "/root/gone").exitCode()).isZero();
    }

    @Test
    void anImageThatCannotBootGoesBack() {
        prepare(recipe().command("/bin/rm", "/sbin/init").command("/bin/rm", "/lib/systemd/systemd"));
        Container container = host.deploy(spec());
        container.exec("touch", "/root/mine");

        assertThatThrownBy(() -> host.upgrade(spec(), NEXT, PATIENCE))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("the old root runs again");

        container.awaitReady(PATIENCE);
        assertThat(container.exec("test", "-e", "/root/mine").exitCode()).isZero();
        assertThat(host.plan(spec()).changesNothing()).isTrue();
        assertOnly(Setup.image(), NEXT, MACHINE);
    }

    private static void assertOnly(String... names) {
        assertThat(Command.run("ls", "-A", POOL.toString()).lines())
                .filteredOn(name -> !name.equals("lost+found"))
                .filteredOn(name -> !name.endsWith(".lck"))
                .containsExactlyInAnyOrder(names);
    }
}
