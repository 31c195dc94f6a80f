package io.nspawn.testkit;

import io.nspawn.Host;
import io.nspawn.Timeouts;
import io.nspawn.model.MachineName;
import io.nspawn.model.PoolState;
import io.nspawn.model.Size;
import io.nspawn.model.SystemdVersion;
import io.nspawn.net.InterfaceName;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.spi.HostPorts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A host in memory. The whole engine runs on it, unchanged: plans, deploys, rollback, crash recovery. It loads no native
 * code, touches no file, starts no thread and never waits: its {@linkplain #clock() clock} jumps.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final FakeHost host = FakeHost.withImages("debian-12").addLink("br-mgmt");
 *
 * @Test
 * void leavesNothingOnAFullPool() {
 *     host.faults().once(Operation.CLONE, Errno.ENOSPC);
 *     assertThrows(DeployException.class, () -> host.deploy(spec));
 *     assertThat(host).hasContainers().hasNoLeftovers();
 * }
 * }</pre>
 *
 * <p>Give it to the code under test as the {@link Host} that it is, let {@link #faults} strike, look at it with
 * {@link NspawnAssertions}.
 *
 * <p>As a JUnit extension it is set back before each test to what it was when the first test began: images, links and
 * files that were added by then stay, all else goes ({@link #keptBetweenTests} keeps it for a whole class). Tests can take
 * it as a parameter: as {@code Host}, {@code FakeHost}, {@code Faults} or {@code VirtualClock}. The failure of a test, a
 * dynamic one too, shows its {@link #report} among the suppressed exceptions.
 *
 * <p>It is made for every operating system. On Windows binds and devices are refused in specs, as paths that begin with a
 * slash are not absolute there ({@link java.nio.file.Path#isAbsolute}); all else is the same.
 *
 * <p>Known gaps. It is no operating system: no program runs in a container, commands are answered by {@link #onExec}
 * scripts but for {@code true}, {@code false}, {@code cat}, {@code hostname} and {@code ping}; the program of an application container
 * is not looked for, and runs until it is stopped. A terminal shows what a script answers, and heeds nothing that is
 * typed; a journal inside has what {@link #log} put there; entries of a unit's journal have the time at which they are
 * read; a bind into a container that runs is a copy. There is no DHCP server, no router and no name service; addresses come
 * from {@code .network} files alone, and only where networkd is enabled in the image. Of {@code .nspawn} files it reads
 * {@code Boot=}, {@code LinkJournal=}, {@code Bind=}, {@code BindReadOnly=}, {@code MACVLAN=} and
 * {@code VirtualEthernet=}, and refuses none for its syntax; of drop-ins it reads the limits, and enforces none. Files of
 * roots and of the host have no owners, sizes are those of their content, and a full pool is full to the byte. Of what is
 * imported only the size counts, and an export is one line. Limits of containers are kept and stop nobody, a device has
 * whatever size the pool has, and nothing is shared in a pool's usage. A file of the host is
 * durable once it is written, and is never left half-written or under a temporary name; what was deleted, enabled or
 * disabled is durable five seconds later, or with the next file that is written and the next sync of a pool in a file, and
 * a {@link #crash} loses all of the rest, where a real one may lose a part. Machines that run have fixed
 * figures for memory, tasks and CPU time. Unit files that changed are known to PID 1 only after a reload, also for units
 * that it never loaded, where a real one may read them early.
 */
public final class FakeHost extends Host implements TestHooks {
    private final FakeParts parts;
    private final List<Runnable> setup = new ArrayList<>();
    private boolean testing;
    private boolean keptBetweenTests;

    private FakeHost(FakeParts parts) {
        super(parts.ports(), Timeouts.DEFAULT);
        this.parts = parts;
    }

    /** A host with sealed images of a small Debian, and no link but the loopback. */
    public static FakeHost withImages(String... images) {
        FakeHost host = new FakeHost(new FakeParts());
        for (String image : images) {
            host.addImage(image);
        }
        return host;
    }

    /** Puts a sealed image of 178 MiB into the pool. */
    public FakeHost addImage(String name) {
        return addImage(FakeImage.named(name));
    }

    /** Puts a sealed image into the pool. */
    public FakeHost addImage(FakeImage image) {
        return addRoot(image, true);
    }

    /** Puts a writable root into the pool that this library did not make. */
    public FakeHost addForeignRoot(String name) {
        return addRoot(FakeImage.named(name), false);
    }

    /** Lets an image of a small Debian be downloaded from there; any other address answers 404. */
    public FakeHost addDownload(String url) {
        return set(() -> parts.transfers.serve(url, ""));
    }

    /** Lets downloads from there fail, with that as importd's last word. */
    public FakeHost addFailingDownload(String url, String reason) {
        return set(() -> parts.transfers.serve(url, reason));
    }

    /** Adds a bridge of the host's own, up, MTU 1500. */
    public FakeHost addLink(String name) {
        return addLink(FakeNetwork.ethernet(InterfaceName.of(name), "bridge"));
    }

    /** Adds or replaces a link of the host's own. */
    public FakeHost addLink(HostLink link) {
        return set(() -> parts.network.add(link));
    }

    /** Says by which interfaces the host's default routes leave; by none unless said. */
    public FakeHost defaultRoutesBy(String... names) {
        return set(() -> parts.network.setDefaultRoutes(
                Arrays.stream(names).map(InterfaceName::of).collect(Collectors.toSet())));
    }

    /** Says whether systemd-networkd runs, as it does unless said. */
    public FakeHost networkd(boolean runs) {
        return set(() -> parts.network.setNetworkd(runs));
    }

    /** Adds or replaces a file of the host. */
    public FakeHost addFile(String path, String text) {
        return set(() -> parts.files.put(
                path.startsWith("/") ? path.substring(1) : path, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Adds a directory of the host. */
    public FakeHost addDirectory(String path) {
        return change(tree -> tree.directory(path));
    }

    /** Deletes a file of the host, or a directory with all in it. */
    public FakeHost deleteFile(String path) {
        return change(tree -> tree.delete(path));
    }

    /** Writes a file in a root of the pool, as somebody inside or on the host might. */
    public FakeHost writeInRoot(String root, String path, String text) {
        return set(
                () -> parts.pool.get("write in", root).tree().write(path, text.getBytes(StandardCharsets.UTF_8), 0644));
    }

    /** Plants a symbolic link in a root of the pool. */
    public FakeHost linkInRoot(String root, String path, String target) {
        return set(() -> parts.pool.get("link in", root).tree().link(path, target));
    }

    /** Deletes a file in a root of the pool. */
    public FakeHost deleteInRoot(String root, String path) {
        return set(() -> parts.pool.get("delete in", root).tree().delete(path));
    }

    /** Gives the pool another size; what is in it stays, even if that is more. The default is 64 GiB. */
    public FakeHost setPoolSize(Size size) {
        return set(() -> parts.pool.resize(size.bytes()));
    }

    /** Lets something that is no image and no root take all that is free in the pool. */
    public FakeHost fillPool() {
        return set(parts.pool::fill);
    }

    /** Takes away what {@link #fillPool} or a {@link Fault.PoolFull} put into the pool. */
    public FakeHost drainPool() {
        return set(parts.pool::drain);
    }

    /** Lets the host have no pool, but something else at its place; all images are gone. */
    public FakeHost replacePool(PoolState state) {
        return set(() -> parts.pool.replaceBy(state));
    }

    /** Lets the host have another systemd; the default is that of Debian 12. */
    public FakeHost setSystemd(String version) {
        SystemdVersion parsed = SystemdVersion.parse(version);
        return set(() -> parts.control.becomes(parsed));
    }

    /** Answers commands in containers; the script that was set last is asked first. */
    public FakeHost onExec(ExecScript script) {
        return set(() -> parts.exec.add(script));
    }

    /** Lets a unit inside a container write to the journal there. */
    public FakeHost log(String name, String unit, String message) {
        return set(() -> parts.journal.log(MachineName.mapped(name), unit, message, parts.clock.now()));
    }

    /** Lets the next start of a container fail with exit status 1, and these last lines in its journal. */
    public FakeHost failNextStart(String name, String... journal) {
        return set(() -> parts.boots.breakNext(MachineName.mapped(name), List.of(journal)));
    }

    /** Lets a container behave in a way of its own whenever it is started. */
    public FakeHost setLife(String name, MachineLife life) {
        return set(() -> parts.boots.setLife(MachineName.mapped(name), life));
    }

    /** Lets another process hold a lock of the host for ever. */
    public FakeHost holdLock(String path) {
        return set(() -> parts.locks.holdElsewhere(path.startsWith("/") ? path.substring(1) : path));
    }

    /** A container ends by itself, with an exit status that is no success. */
    public void failContainer(String name, int exitStatus, String... journal) {
        synchronized (parts.monitor) {
            parts.boots.die(MachineName.mapped(name), exitStatus, List.of(journal));
        }
    }

    /**
     * Power is lost and comes back: what of the pool was not synced is gone, what was deleted, enabled or disabled on the
     * host within the last seconds is as it was, links that were made are gone, kernel settings are the stock kernel's, and
     * enabled containers are started.
     */
    public void crash() {
        synchronized (parts.monitor) {
            parts.crash();
        }
    }

    /** The host as the engine sees it, for tests of what stands on its ports. */
    public HostPorts ports() {
        return parts.ports();
    }

    /** The faults that are to strike, and the record of what was called. */
    @Override
    public Faults faults() {
        return parts.faults;
    }

    /** The time of this host, which passes only when somebody waits or lets it. */
    @Override
    public VirtualClock clock() {
        return parts.clock;
    }

    /** The text of a file of the host. */
    public Optional<String> readFile(String path) {
        return read(() -> parts.files.text(path));
    }

    /** The text of a file in a root of the pool. */
    public Optional<String> readInRoot(String root, String path) {
        return read(() -> parts.pool.find(root).flatMap(r -> r.text(path)));
    }

    /** What the journal has of a container's unit, oldest first. */
    public List<String> journal(String name) {
        return read(() -> parts.machines.unit(MachineName.mapped(name)).lines());
    }

    /**
     * The whole host as text to read and to compare: pool, units, containers, links, files. Two hosts that differ in no
     * more than process ids, times and the digits of machine ids have the same dump.
     */
    public String dump() {
        return read(() -> new HostDump(parts).text());
    }

    /**
     * The whole host as text for somebody who asks why a test failed: the faults that struck, the last operations, a line
     * for each container with the end of its journal if it failed, then pool, links and files. A failed test of which this
     * is an extension shows it.
     */
    @Override
    public String report() {
        return read(() -> new FakeReport(parts).text());
    }

    /**
     * What differs between an earlier dump and the host now: lines that went, with a dash before them, and lines that
     * came, with a plus; empty if nothing does.
     */
    public List<String> changesSince(String dump) {
        return HostDump.difference(dump, dump());
    }

    /** Sets the host back to what it was when its first test began. */
    public void reset() {
        synchronized (parts.monitor) {
            parts.reset();
            setup.forEach(Runnable::run);
            parts.pool.sync();
        }
    }

    /**
     * As a JUnit extension, sets itself back only before the first test of a class: for tests in an order that tell one
     * story. It has to be a static field then.
     */
    public FakeHost keptBetweenTests() {
        keptBetweenTests = true;
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        synchronized (parts.monitor) {
            testing = true;
            reset();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!keptBetweenTests) {
            beforeAll(context);
        }
    }

    private FakeHost addRoot(FakeImage image, boolean sealed) {
        return set(() -> parts.pool.add(image.name(), image.root(sealed, parts.clock.now())));
    }

    /** Changes the host's files, durably. */
    private FakeHost change(Consumer<RootTree> change) {
        return set(() -> {
            change.accept(parts.files.tree());
            parts.unsynced.sync();
        });
    }

    /** Does something now, and after each reset again if no test has begun yet. */
    private FakeHost set(Runnable change) {
        synchronized (parts.monitor) {
            change.run();
            if (!testing) {
                setup.add(change);
            }
        }
        return this;
    }

    private <T> T read(Supplier<T> reading) {
        synchronized (parts.monitor) {
            return reading.get();
        }
    }
}
