package io.nspawn;

import io.nspawn.deploy.AdoptionPlanner;
import io.nspawn.deploy.DeployOptions;
import io.nspawn.deploy.DeployReport;
import io.nspawn.deploy.Deployer;
import io.nspawn.deploy.Plan;
import io.nspawn.deploy.Planner;
import io.nspawn.deploy.RemovalPlanner;
import io.nspawn.deploy.Snapshots;
import io.nspawn.deploy.Upgrade;
import io.nspawn.host.Drifts;
import io.nspawn.host.HostSetup;
import io.nspawn.host.HostSetupWork;
import io.nspawn.host.HostTopology;
import io.nspawn.host.ImagePreparations;
import io.nspawn.host.Networks;
import io.nspawn.host.Pool;
import io.nspawn.host.Readiness;
import io.nspawn.host.Statuses;
import io.nspawn.host.Survey;
import io.nspawn.local.LocalHost;
import io.nspawn.model.ContainerMetrics;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.Drift;
import io.nspawn.model.HostEvent;
import io.nspawn.model.ImageName;
import io.nspawn.model.MachineName;
import io.nspawn.model.Progress;
import io.nspawn.model.SnapshotName;
import io.nspawn.model.Storage;
import io.nspawn.model.SystemdVersion;
import io.nspawn.model.UnmanagedContainer;
import io.nspawn.model.Watch;
import io.nspawn.spi.HostPorts;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A Linux host that runs containers with what systemd ships.
 *
 * <pre>{@code
 * try (Host host = Host.local()) {
 *     ContainerSpec web = ContainerSpec.named("web").image("debian-12").macvlan("br-mgmt", nic -> nic.dhcp()).build();
 *     System.out.println(host.plan(web));
 *     Container container = host.deploy(web);
 * }
 * }</pre>
 *
 * <p>The host's own state is the only state: subvolumes, unit files, {@code .nspawn} files, links. Thread-safe. Deploys
 * and removals exclude each other, those of other processes too.
 */
public class Host implements AutoCloseable {
    private static final int PARALLEL_JOBS = 32;
    /** An image of a gigabyte on a slow disk. */
    private static final Duration IMPORT = Duration.ofMinutes(30);

    private final HostPorts ports;
    private final Timeouts timeouts;
    private final Deployer deployer;
    private final Statuses statuses;
    private final Snapshots snapshots;
    private final Drifts drifts;
    private final ImagePreparations preparations;

    /**
     * A host over ports; {@link #local()} is the real one, the testkit has one in memory.
     *
     * @param ports closed with the host
     */
    protected Host(HostPorts ports, Timeouts timeouts) {
        this.ports = ports;
        this.timeouts = timeouts;
        this.deployer = new Deployer(ports, PARALLEL_JOBS, timeouts.job());
        this.statuses = new Statuses(ports);
        this.drifts = new Drifts(ports);
        this.snapshots = new Snapshots(ports, timeouts.job());
        this.preparations = new ImagePreparations(ports, timeouts.job());
    }

    /**
     * The same host once more, for a subclass that shows or does something in another way.
     *
     * @param same the host; closing either closes both
     */
    protected Host(Host same) {
        this(same.ports, same.timeouts);
    }

    /**
     * This machine: systemd 252 or later with machined as the system's manager. Needs root. A btrfs pool at
     * {@code /var/lib/machines} is needed by all that has to do with images and roots, which otherwise throw a
     * {@link io.nspawn.model.HostNotReadyException}; {@link #pool()} can make one. Without btrfs, see {@link
     * #local(Timeouts, Storage)}.
     *
     * @throws io.nspawn.model.PermissionDeniedException if this process is not root
     * @throws io.nspawn.model.HostNotReadyException if there is no system bus or no machined, with the remedy for each
     */
    public static Host local() {
        return local(Timeouts.DEFAULT);
    }

    /** This machine, with other time-outs. */
    public static Host local(Timeouts timeouts) {
        return local(timeouts, Storage.BTRFS);
    }

    /**
     * This machine, with another way to keep images and roots than btrfs: nobody gets plain directories without having
     * asked for them.
     *
     * <pre>{@code
     * try (Host host = Host.local(Timeouts.DEFAULT, Storage.PLAIN_DIRECTORIES)) { … }
     * }</pre>
     */
    public static Host local(Timeouts timeouts, Storage storage) {
        return new Host(LocalHost.open(storage), timeouts);
    }

    /** What a deploy of one container would do; nothing is touched. */
    public Plan plan(ContainerSpec spec) {
        return plan(List.of(spec));
    }

    /**
     * What a deploy would do; nothing is touched.
     *
     * @throws io.nspawn.model.InvalidSpecException if the specs cannot work here, with every finding
     * @throws io.nspawn.model.NoSpaceException if the pool has no room for them
     */
    public Plan plan(List<ContainerSpec> specs) {
        return plan(specs, DeployOptions.DEFAULT);
    }

    /** What a deploy with options would do; nothing is touched. */
    public Plan plan(List<ContainerSpec> specs, DeployOptions options) {
        return new Planner(ports).plan(specs, options);
    }

    /** Deploys one container; see {@link #deployAll}. */
    public Container deploy(ContainerSpec spec) {
        return deploy(spec, DeployOptions.DEFAULT);
    }

    /** Deploys one container with options; see {@link #deployAll}. */
    public Container deploy(ContainerSpec spec, DeployOptions options) {
        deployAll(List.of(spec), options, progress -> {});
        return container(spec.machine());
    }

    /**
     * Makes the host match specs: clones, configures, enables and starts what is missing, and waits until every
     * container's init is up. What matches already is left alone. All or none: when a step fails, all that this call did
     * is taken back.
     *
     * <p>A container that runs is changed as little as can be: limits and further networks are put into force at once,
     * what needs a restart waits for one ({@link Plan#waitingForRestart}). Nothing is restarted.
     *
     * @param progress told of each step that ended, on this thread
     * @throws io.nspawn.model.InvalidSpecException if the specs cannot work here; nothing was changed
     * @throws io.nspawn.model.NoSpaceException if the pool has no room for them; nothing was changed
     * @throws io.nspawn.model.DeployException if a step failed
     */
    public DeployReport deployAll(List<ContainerSpec> specs, Consumer<? super Progress> progress) {
        return deployAll(specs, DeployOptions.DEFAULT, progress);
    }

    /** The same with options: whether containers may be restarted, and hooks. */
    public DeployReport deployAll(
            List<ContainerSpec> specs, DeployOptions options, Consumer<? super Progress> progress) {
        return deployer.deploy(specs, options, progress);
    }

    /**
     * Gives a container a new root, cloned from another image, and makes it match its spec. The new root is made beside
     * the old one, with the same machine-id, hostname and host keys, and so the same addresses and MACs; then the container
     * is stopped, what its spec names as {@linkplain ContainerSpec#persistent() persistent} is taken over, the roots are
     * swapped, and the container is started. All else that the old root had is gone.
     *
     * <p>If it is not ready in time, it goes back by itself: the old root runs again with its old settings.
     *
     * @param newImage the image; what the spec says of one does not count
     * @return the container, ready
     * @throws io.nspawn.model.NotFoundException if there is no such container
     * @throws io.nspawn.model.InvalidSpecException if the spec or the image cannot work here; nothing was changed
     * @throws io.nspawn.model.DeployException if it did not come up, and why; it is what it was before, as far as the
     *     exception says
     */
    public Container upgrade(ContainerSpec spec, String newImage) {
        return upgrade(spec, newImage, timeouts.job());
    }

    /** Upgrades a container that has to be ready within {@code deadline} from its start; see {@link #upgrade}. */
    public Container upgrade(ContainerSpec spec, String newImage, Duration deadline) {
        return upgrade(spec.withImage(ImageName.of(newImage)), Optional.empty(), deadline);
    }

    /**
     * Upgrades a container and keeps what it was as a snapshot, taken while it was down, to {@link Container#rollback} to.
     *
     * @throws io.nspawn.model.InvalidNameException if {@code snapshot} is no name of a snapshot
     */
    public Container upgradeKeeping(String snapshot, ContainerSpec spec, String newImage, Duration deadline) {
        return upgrade(spec.withImage(ImageName.of(newImage)), Optional.of(SnapshotName.of(snapshot)), deadline);
    }

    private Container upgrade(ContainerSpec spec, Optional<SnapshotName> keepOld, Duration deadline) {
        new Upgrade(ports, timeouts.job())
                .run(spec, keepOld, deadline, machine -> statuses.awaitReady(List.of(machine), deadline));
        return container(spec.machine());
    }

    /**
     * The containers in the pool that this library did not make: roots that can be written and have a container's name,
     * with what settings they have.
     */
    public List<UnmanagedContainer> unmanaged() {
        return drifts.unmanaged();
    }

    /**
     * What {@link #adopt} would do, as a diff of a container's files against a spec; nothing is touched.
     *
     * @throws io.nspawn.model.InvalidSpecException if there is no such container, or it cannot work with that spec
     */
    public Plan planAdoption(ContainerSpec spec) {
        return new AdoptionPlanner(ports).plan(spec);
    }

    /**
     * Takes a container over that somebody made by hand, or one of whose files was edited: from here on it is this
     * library's, as if it had been deployed with that spec. Its root stays, with its machine-id; a file that stood in the
     * place of one of ours is kept beside it as {@code FILE.adopted}. One that runs is not restarted, and has its old
     * settings until it is. What the spec says of an image is taken to be true.
     *
     * @throws io.nspawn.model.InvalidSpecException if there is no such container, or it cannot work with that spec;
     *     nothing was changed
     * @throws io.nspawn.model.DeployException if a step failed; all that was done was taken back
     */
    public Container adopt(ContainerSpec spec) {
        deployer.adopt(spec);
        return container(spec.machine());
    }

    /** What of all containers of this library is no longer as their deploys left it; empty if nothing is. */
    public List<Drift> drift() {
        return drifts.all();
    }

    /** What a removal would do; nothing is touched. */
    public Plan planRemoval(Collection<MachineName> machines) {
        return new RemovalPlanner(ports).plan(machines);
    }

    /**
     * Stops containers and removes all that a deploy made for them, and their snapshots. One that is not there is passed over.
     *
     * @throws io.nspawn.model.InvalidSpecException if one of them was not made by this library; nothing was changed
     */
    public DeployReport removeAll(Collection<MachineName> machines, Consumer<? super Progress> progress) {
        return deployer.remove(machines, progress);
    }

    /** A handle on a container, whether it is there or not. */
    public Container container(MachineName machine) {
        return new Container(this, machine);
    }

    /** A handle on a container by the name that its spec had. */
    public Container container(String name) {
        return container(MachineName.mapped(name));
    }

    /** The containers that this library made on this host, by name. */
    public List<Container> containers() {
        return statuses.ours().stream().map(this::container).toList();
    }

    /** How containers are, in the order asked; much cheaper than one by one. */
    public List<ContainerStatus> statuses(Collection<MachineName> machines) {
        return statuses.of(machines);
    }

    /** What those of the containers use that run; much cheaper than one by one. */
    public Map<MachineName, ContainerMetrics> metrics(Collection<MachineName> machines) {
        return ports.machines().metrics(machines);
    }

    /**
     * Waits until every one of the containers is up with its addresses; much cheaper than one by one.
     *
     * @param deadline for all of them together
     * @throws io.nspawn.model.NotFoundException if one of them does not run and nobody starts it
     * @throws io.nspawn.model.DeadlineExceededException if one of them is not ready in time
     */
    public void awaitAllReady(Collection<MachineName> machines, Duration deadline) {
        statuses.awaitReady(machines, deadline);
    }

    /**
     * Tells what happens on the host, whoever does it, until closed: machines, images, jobs of containers' units,
     * transfers. A {@link HostEvent.Snapshot} comes first, then every change of that, in order and each once; wherever
     * changes may have been missed, as when the bus was away, another snapshot comes.
     *
     * @param watcher called on a thread of its own; it may use the host, and one that is slow holds up nobody else
     */
    public Watch watch(Consumer<? super HostEvent> watcher) {
        return ports.machines().watch(watcher);
    }

    public Images images() {
        return new Images(ports.images(), preparations);
    }

    /** The pool of images and container roots: making, growing, limiting and measuring it. */
    public Pool pool() {
        return new Pool(ports, timeouts.job());
    }

    public Networks network() {
        return new Networks(ports);
    }

    /** The host's networks and the containers on them as they are now, to be looked at. */
    public HostTopology topology() {
        return new Survey(ports).look();
    }

    public Readiness readiness() {
        return new Readiness(ports);
    }

    /** What {@link #setUp} is to change, in a few words each; empty if the host is set up. Nothing is touched. */
    public List<String> planSetUp(HostSetup setup) {
        return work().plan(setup);
    }

    /**
     * Turns a bare host into one that carries containers: kernel limits, pool, images, networks, and the units that bring
     * all of it back at each boot. What is there already is kept; killed anywhere, it can be run again.
     *
     * @param progress told of each change when it was made, on this thread
     * @return all changes, in the same words; empty if the host was set up already
     * @throws io.nspawn.model.HostNotReadyException if the host lacks what no setup can bring, with every finding; nothing
     *     was changed
     * @throws io.nspawn.model.InvalidSpecException if the topology cannot work here, with every finding; nothing was
     *     changed
     */
    public List<String> setUp(HostSetup setup, Consumer<? super String> progress) {
        return work().apply(setup, progress);
    }

    private HostSetupWork work() {
        return new HostSetupWork(ports, timeouts.job(), IMPORT);
    }

    public SystemdVersion systemdVersion() {
        return ports.machines().version();
    }

    HostPorts ports() {
        return ports;
    }

    Timeouts timeouts() {
        return timeouts;
    }

    Snapshots snapshots() {
        return snapshots;
    }

    Drifts drifts() {
        return drifts;
    }

    Statuses statuses() {
        return statuses;
    }

    /** Closes what the host holds: the bus, sockets, its threads. Containers run on; images in preparation are cancelled. */
    @Override
    public void close() {
        preparations.close();
        ports.close();
    }
}
