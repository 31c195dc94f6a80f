package io.nspawn.testkit.contract;

import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.ImageName;
import io.nspawn.model.MachineName;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import io.nspawn.net.InterfaceName;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore.Root;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;

/**
 * What the suites of the ports share. All that they make has a name that begins with {@code ct-}, and is taken away
 * before and after each test.
 */
public abstract class PortContract {
    /** What a host that is slow may take for something that it does by itself. */
    protected static final Duration LONG = Duration.ofSeconds(60);

    static final String PREFIX = "ct-";
    static final MachineName ONE = MachineName.of("ct-one");
    static final MachineName TWO = MachineName.of("ct-two");
    static final MachineName NOBODY = MachineName.of("ct-nobody");

    /** Only for suites of this package: each of them is about one port. */
    PortContract() {}

    /** The host that is tested, the same one at each call of a test; whoever gives it closes it. */
    protected abstract HostPorts ports();

    /** A sealed image of that host with systemd and networkd in it. */
    protected abstract String image();

    @BeforeEach
    void clearBefore() {
        clear();
    }

    @AfterEach
    void clear() {
        for (MachineName machine : List.of(ONE, TWO, NOBODY)) {
            ports().machines().terminate(machine, LONG);
            ports().files().delete(SettingsFile.path(machine));
        }
        ports().machines().disable(List.of(ONE, TWO));
        ports().machines().reload();
        ports().machines().resetFailed(List.of(ONE, TWO, NOBODY));
        ports().images()
                .remove(ports().images().list().stream()
                        .map(Root::name)
                        .filter(name -> name.contains(PREFIX))
                        .toList());
        ports().network()
                .delete(ports().network().list().stream()
                        .map(HostLink::name)
                        .filter(name -> name.value().startsWith(PREFIX))
                        .toList());
    }

    ImageName base() {
        return ImageName.of(image());
    }

    /** Puts a writable root there. */
    void root(String name) {
        ports().images().cloneAll(base(), List.of(name));
    }

    /** Makes an application of a machine, and starts it. */
    void runs(MachineName machine, String... network) {
        root(machine.value());
        String text = "[Exec]\nBoot=no\nProcessTwo=yes\nParameters=/bin/sleep infinity\n[Network]\nPrivate=yes\n"
                + "VirtualEthernet=no\n" + String.join("\n", network) + "\n";
        Path file = SettingsFile.path(machine);
        ports().files().replaceAll(Map.of(file, text.getBytes(StandardCharsets.UTF_8)));
        var job = ports().machines().start(machine);
        ports().machines().awaitAny(List.of(job), LONG).requireSuccess();
    }

    /** The first process of a machine that runs. */
    int leader(MachineName machine) {
        return Objects.requireNonNull(
                        ports().machines().leaders(List.of(machine)).get(machine))
                .orElseThrow();
    }

    static InterfaceName link(String name) {
        return InterfaceName.of(name);
    }

    /** It is refused by exactly this exception, and nothing was changed. */
    static void refused(Class<? extends NspawnException> type, Executable call) {
        NspawnException e = Assertions.assertThrowsExactly(type, call);
        Assertions.assertEquals(Outcome.NOT_APPLIED, e.outcome(), e::toString);
    }
}
