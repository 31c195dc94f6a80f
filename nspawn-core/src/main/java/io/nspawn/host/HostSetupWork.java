package io.nspawn.host;

import io.nspawn.host.HostSetup.Ground;
import io.nspawn.host.HostSetup.ImportedImage;
import io.nspawn.host.Readiness.Report;
import io.nspawn.host.ReadinessCheck.Level;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.ImageFormat;
import io.nspawn.model.PoolState;
import io.nspawn.model.PoolState.Backing;
import io.nspawn.model.QuotaMode;
import io.nspawn.model.Size;
import io.nspawn.spi.HostPorts;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Makes a {@link HostSetup} true. Each part looks first and changes only what is missing, so that it can be killed
 * anywhere and run again; none of them takes anything away.
 */
public final class HostSetupWork {
    private static final String MACHINES = "machines.target";
    private static final String NETWORKD = "systemd-networkd.service";
    private static final Set<String> MADE_HERE = Set.of(MACHINES, NETWORKD);
    private static final String POOL = "pool";

    private final HostPorts host;
    private final Duration lockDeadline;
    private final Duration importDeadline;

    /**
     * The work on a host.
     *
     * @param lockDeadline how long to wait for another process that makes the pool
     * @param importDeadline how long the import of an image may take, or its preparation
     */
    public HostSetupWork(HostPorts host, Duration lockDeadline, Duration importDeadline) {
        this.host = host;
        this.lockDeadline = lockDeadline;
        this.importDeadline = importDeadline;
    }

    /**
     * What {@link #apply} is to change, in a few words each; empty if the host is set up. Nothing is touched.
     *
     * @throws io.nspawn.model.InvalidSpecException if the topology cannot work here, with every finding
     */
    public List<String> plan(HostSetup setup) {
        List<String> changes = new ArrayList<>();
        Report report = report(setup);
        report.fixes().forEach(changes::add);
        PoolState state = pool().state();
        boolean there = state instanceof PoolState.Ready;
        setup.pool().flatMap(ground -> poolChange(ground, state)).ifPresent(changes::add);
        if (setup.simpleQuotas() && (!there || pool().quotaMode() != QuotaMode.SIMPLE)) {
            changes.add("enable simple quotas");
        }
        setup.images().stream()
                .filter(image -> !there || isMissing(image))
                .forEach(image -> changes.add("import image " + image.name()));
        setup.recipes().stream()
                .filter(recipe -> !there || !isPrepared(recipe))
                .forEach(recipe -> changes.add("prepare image " + recipe.requireName()));
        missingUnits(setup, report).forEach(unit -> changes.add("enable " + unit));
        changes.addAll(networks(setup).summaries());
        return changes;
    }

    /**
     * Makes the host what the setup says.
     *
     * @param progress told of each change when it was made, on this thread
     * @return all changes, in the same words; empty if the host was set up already
     * @throws HostNotReadyException if the host lacks what no setup can bring; nothing was changed
     * @throws io.nspawn.model.InvalidSpecException if the topology cannot work here; nothing was changed
     */
    public List<String> apply(HostSetup setup, Consumer<? super String> progress) {
        List<String> changes = new ArrayList<>();
        Consumer<String> tell = change -> {
            changes.add(change);
            progress.accept(change);
        };
        Report report = report(setup);
        requireCurable(report, setup);
        networks(setup);
        report.fix().forEach(tell);
        makePool(setup, tell);
        List<String> units = missingUnits(setup, report);
        setup.images().stream().filter(this::isMissing).forEach(image -> {
            importImage(image);
            tell.accept("import image " + image.name());
        });
        setup.recipes().stream().filter(recipe -> !isPrepared(recipe)).forEach(recipe -> {
            prepare(recipe);
            tell.accept("prepare image " + recipe.requireName());
        });
        if (!units.isEmpty()) {
            host.machines().enableUnits(units);
            units.forEach(unit -> tell.accept("enable " + unit));
        }
        if (hasNetworks(setup)) {
            new Networks(host).applyPersistently(setup.topology()).forEach(tell);
        }
        report(setup).requireOk();
        return changes;
    }

    private Report report(HostSetup setup) {
        return new Readiness(host).forContainers(setup.containers());
    }

    private Pool pool() {
        return new Pool(host, lockDeadline);
    }

    /** Old kernels, missing features and the like are nobody's to cure but the administrator's. */
    private void requireCurable(Report report, HostSetup setup) {
        Set<String> curable = new HashSet<>(report.limitNames());
        curable.addAll(MADE_HERE);
        if (setup.pool().isPresent() && pool().state() instanceof PoolState.Empty) {
            curable.add(POOL);
        }
        List<ReadinessCheck> incurable = report.checks().stream()
                .filter(check -> check.level() == Level.ERROR)
                .filter(check -> !curable.contains(check.subject()))
                .filter(check ->
                        !check.subject().startsWith(POOL + " ") || setup.pool().isEmpty())
                .toList();
        if (!incurable.isEmpty()) {
            throw new HostNotReadyException(
                    "set up", incurable.stream().map(ReadinessCheck::finding).toList());
        }
    }

    private static Optional<String> poolChange(Ground ground, PoolState state) {
        if (!(state instanceof PoolState.Ready ready)) {
            return Optional.of("make a pool " + ground.summary());
        }
        if (!(ground instanceof Ground.Loopback loop && ready.backing() instanceof Backing.LoopFile)) {
            return Optional.empty();
        }
        Size whole = Pool.wholeSectors(loop.size());
        return ready.size().compareTo(whole) < 0
                ? Optional.of("grow the pool from " + ready.size() + " to " + whole)
                : Optional.empty();
    }

    private void makePool(HostSetup setup, Consumer<String> tell) {
        PoolState before = pool().state();
        setup.pool().ifPresent(ground -> {
            PoolState.Ready now = ground instanceof Ground.Loopback loop
                    ? pool().ensureLoopback(loop.size(), loop.compression())
                    : pool().ensureDevice(((Ground.Device) ground).device(), ground.compression());
            if (!(before instanceof PoolState.Ready ready)) {
                tell.accept("make a pool " + ground.summary());
            } else if (!ready.size().equals(now.size())) {
                tell.accept("grow the pool from " + ready.size() + " to " + now.size());
            }
        });
        if (setup.simpleQuotas() && pool().quotaMode() != QuotaMode.SIMPLE) {
            pool().enableSimpleQuotas();
            tell.accept("enable simple quotas");
        }
    }

    /** What is to be enabled; networkd also if it is, and does not run. */
    private List<String> missingUnits(HostSetup setup, Report report) {
        boolean networkd = hasNetworks(setup);
        Set<String> missing = report.checks().stream()
                .filter(check -> !check.isOk())
                .map(ReadinessCheck::subject)
                .filter(unit -> unit.equals(MACHINES) || (unit.equals(NETWORKD) && networkd))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (networkd && !host.network().networkdRuns()) {
            missing.add(NETWORKD);
        }
        return List.copyOf(missing);
    }

    private static boolean hasNetworks(HostSetup setup) {
        return !setup.topology().segments().isEmpty();
    }

    private NetworkPlan networks(HostSetup setup) {
        return new Networks(host).planPersistently(setup.topology());
    }

    private boolean isMissing(ImportedImage image) {
        return host.images().find(image.name().value()).isEmpty();
    }

    private boolean isPrepared(ImageRecipe recipe) {
        try (ImagePreparations preparations = new ImagePreparations(host, lockDeadline)) {
            return preparations.isPrepared(recipe);
        }
    }

    private void prepare(ImageRecipe recipe) {
        try (ImagePreparations preparations = new ImagePreparations(host, lockDeadline)) {
            preparations.prepare(recipe).await(importDeadline);
        }
    }

    private void importImage(ImportedImage image) {
        try (InputStream tar = image.tar().get()) {
            host.images().importFrom(tar, image.name(), ImageFormat.TAR).await(importDeadline);
        } catch (IOException e) {
            throw new HostFailureException(
                    Failure.of("read the archive of", image.name().value(), String.valueOf(e.getMessage())), e);
        }
    }
}
