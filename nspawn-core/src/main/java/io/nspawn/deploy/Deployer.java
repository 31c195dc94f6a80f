package io.nspawn.deploy;

import io.nspawn.deploy.Step.Phase;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeployException;
import io.nspawn.model.Failure;
import io.nspawn.model.MachineName;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import io.nspawn.model.Progress;
import io.nspawn.spi.HostFiles;
import io.nspawn.spi.HostPorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a host match specs. It can be killed at any instruction and run again: what it left half-made is hidden, is never
 * startable, and is swept by the next run.
 *
 * <p>One deploy or removal runs at a time on a host, whatever the process; another waits for it.
 */
public final class Deployer {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.deploy");
    static final Path LOCK = Path.of("/run/nspawn/deploy.lock");

    private final HostPorts host;
    private final Duration lockDeadline;
    private final UnitActions units;
    private final NicActions nics;
    private final Recovery recovery;
    private final Map<Phase, PhaseAction> actions = new EnumMap<>(Phase.class);

    /**
     * Makes a deployer with its bounds.
     *
     * @param host the ports to act on
     * @param parallelJobs how many starts or stops are under way at once, 1 or more
     * @param jobDeadline how long to wait for the next job to end
     */
    public Deployer(HostPorts host, int parallelJobs, Duration jobDeadline) {
        if (parallelJobs < 1) {
            throw new IllegalArgumentException("at least one job must run at a time, not " + parallelJobs);
        }
        this.host = host;
        this.lockDeadline = jobDeadline;
        this.recovery = new Recovery(host, jobDeadline);
        RootActions roots = new RootActions(host.images(), host.files());
        FileActions files = new FileActions(host.files(), host.machines());
        this.nics = new NicActions(host.network(), host.machines(), jobDeadline);
        this.units = new UnitActions(host.machines(), nics, parallelJobs, jobDeadline);
        actions.put(Phase.SWEEP, roots::sweep);
        actions.put(Phase.STOP, units::stop);
        actions.put(Phase.DISABLE, units::disable);
        actions.put(Phase.REMOVE, roots::remove);
        actions.put(Phase.NOTE, files::note);
        actions.put(Phase.FORGET, new SnapshotRemoval(host)::run);
        actions.put(Phase.CLONE, roots::cloneImages);
        actions.put(Phase.QUOTA, roots::limit);
        actions.put(Phase.IDENTIFY, roots::identify);
        actions.put(Phase.CONFIGURE, roots::configure);
        actions.put(Phase.WRITE, files::write);
        actions.put(Phase.PUBLISH, roots::publish);
        actions.put(Phase.DELETE, files::delete);
        actions.put(Phase.RELOAD, units::reload);
        actions.put(Phase.ENABLE, units::enable);
        actions.put(Phase.LIMIT, files::limit);
        actions.put(Phase.NETWORK, nics::reload);
        actions.put(Phase.ATTACH, nics::attach);
        actions.put(Phase.SETTLE, files::settle);
    }

    /**
     * Deploys containers; those that match already are left alone.
     *
     * @param options whether containers may be restarted, and the caller's hooks
     * @param progress told of each step that ended, on this thread
     * @throws io.nspawn.model.InvalidSpecException if the specs cannot work here; nothing was changed
     * @throws DeployException if a step failed; all that this deploy did was taken back, as far as the exception says
     */
    public DeployReport deploy(List<ContainerSpec> specs, DeployOptions options, Consumer<? super Progress> progress) {
        try (HostFiles.Lock held = host.files().lock(LOCK, lockDeadline)) {
            recovery.settle();
            Plan plan = new Planner(host).plan(specs, options);
            return apply(plan, new Ledger(), options, progress);
        }
    }

    /**
     * Removes containers with all that a deploy made for them. Killed in the middle, it can be run again.
     *
     * @throws io.nspawn.model.InvalidSpecException if one of them was not made by this library; nothing was changed
     * @throws DeployException if a step failed; what was removed before it stays removed
     */
    public DeployReport remove(Collection<MachineName> machines, Consumer<? super Progress> progress) {
        try (HostFiles.Lock held = host.files().lock(LOCK, lockDeadline)) {
            recovery.run();
            Plan plan = new RemovalPlanner(host).plan(machines);
            return apply(plan, Ledger.oneWay(), DeployOptions.DEFAULT, progress);
        }
    }

    /**
     * Makes a container that somebody made by hand one of this library, as {@link AdoptionPlanner} has it.
     *
     * @throws io.nspawn.model.InvalidSpecException if there is no such container, or it cannot work with that spec;
     *     nothing was changed
     * @throws DeployException if a step failed; all that was done was taken back, as far as the exception says
     */
    public DeployReport adopt(ContainerSpec spec) {
        try (HostFiles.Lock held = host.files().lock(LOCK, lockDeadline)) {
            recovery.settle();
            Plan plan = new AdoptionPlanner(host).plan(spec);
            return apply(plan, new Ledger(), DeployOptions.DEFAULT, progress -> {});
        }
    }

    private DeployReport apply(Plan plan, Ledger ledger, DeployOptions options, Consumer<? super Progress> progress) {
        long start = System.nanoTime();
        Duration provision = Duration.ZERO;
        Map<Phase, PhaseAction> all = new EnumMap<>(actions);
        all.put(Phase.START, units.starting(options));
        all.put(Phase.HALT, units.halting(options));
        Map<Phase, List<Step>> pending = plan.pending();
        lastOfAll(pending, ledger);
        for (Map.Entry<Phase, List<Step>> phase : pending.entrySet()) {
            if (phase.getKey() == Phase.START) {
                provision = since(start);
            }
            PhaseAction action = all.get(phase.getKey());
            if (action == null) {
                throw new IllegalStateException("no action for phase " + phase.getKey());
            }
            run(action, phase.getKey(), phase.getValue(), ledger, progress);
        }
        Duration total = since(start);
        plan.notes().forEach(note -> LOG.info("{}", note));
        return new DeployReport(plan, provision.isZero() ? total : provision, total);
    }

    /** What reads files is taken back after these are as they were: containers run again, networkd reads again. */
    private void lastOfAll(Map<Phase, List<Step>> pending, Ledger ledger) {
        List<MachineName> reloaded = machines(pending.getOrDefault(Phase.NETWORK, List.of()));
        if (!reloaded.isEmpty()) {
            ledger.before("networks of " + reloaded.size() + " containers", () -> reloaded.forEach(nics::reload));
        }
        List<MachineName> halted = machines(pending.getOrDefault(Phase.HALT, List.of()));
        if (!halted.isEmpty()) {
            ledger.before("stop of " + halted.size() + " units", () -> units.startAgain(halted));
        }
    }

    private static List<MachineName> machines(List<Step> steps) {
        return steps.stream().map(step -> step.machine().orElseThrow()).toList();
    }

    private static void run(
            PhaseAction action, Phase phase, List<Step> steps, Ledger ledger, Consumer<? super Progress> progress) {
        try {
            action.run(steps, ledger, new Tally(phase, steps.size(), progress));
            steps.forEach(step ->
                    LOG.info("{}: {}", step.machine().map(MachineName::value).orElse("host"), step.summary()));
        } catch (NspawnException e) {
            throw failed(phase, steps, ledger.rollBack(), e);
        } catch (RuntimeException e) {
            List<String> left = ledger.rollBack().failed();
            left.forEach(what -> e.addSuppressed(new IllegalStateException("could not be taken back: " + what)));
            throw e;
        }
    }

    private static DeployException failed(
            Phase phase, List<Step> steps, Ledger.Rollback rollback, NspawnException cause) {
        String subject = steps.size() == 1
                ? steps.get(0).machine().map(MachineName::value).orElse("host")
                : steps.size() + " containers";
        Failure failure = new Failure(
                phase.label(),
                subject,
                cause.getMessage() + "; " + rollback.summary(),
                cause.errorName(),
                cause.remedy(),
                rollback.isComplete() ? Outcome.NOT_APPLIED : Outcome.UNKNOWN);
        return new DeployException(failure, rollback.undone(), rollback.failed(), cause);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
