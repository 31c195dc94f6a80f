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
    private static final Path LOCK = Path.of("/run/nspawn/deploy.lock");

    private final HostPorts host;
    private final Duration lockDeadline;
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
        RootActions roots = new RootActions(host.images(), host.files());
        FileActions files = new FileActions(host.files(), host.machines());
        UnitActions units = new UnitActions(host.machines(), parallelJobs, jobDeadline);
        actions.put(Phase.SWEEP, roots::sweep);
        actions.put(Phase.STOP, units::stop);
        actions.put(Phase.DISABLE, units::disable);
        actions.put(Phase.REMOVE, roots::remove);
        actions.put(Phase.CLONE, roots::cloneImages);
        actions.put(Phase.LIMIT, roots::limit);
        actions.put(Phase.IDENTIFY, roots::identify);
        actions.put(Phase.CONFIGURE, roots::configure);
        actions.put(Phase.WRITE, files::write);
        actions.put(Phase.PUBLISH, roots::publish);
        actions.put(Phase.DELETE, files::delete);
        actions.put(Phase.RELOAD, units::reload);
        actions.put(Phase.ENABLE, units::enable);
        actions.put(Phase.START, units::start);
    }

    /**
     * Deploys containers; those that match already are left alone.
     *
     * @param progress told of each step that ended, on this thread
     * @throws io.nspawn.model.InvalidSpecException if the specs cannot work here; nothing was changed
     * @throws DeployException if a step failed; all that this deploy did was taken back, as far as the exception says
     */
    public DeployReport deploy(List<ContainerSpec> specs, Consumer<? super Progress> progress) {
        try (HostFiles.Lock held = host.files().lock(LOCK, lockDeadline)) {
            Plan plan = new Planner(host).plan(specs);
            return apply(plan, new Ledger(), progress);
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
            Plan plan = new RemovalPlanner(host).plan(machines);
            return apply(plan, Ledger.oneWay(), progress);
        }
    }

    private DeployReport apply(Plan plan, Ledger ledger, Consumer<? super Progress> progress) {
        long start = System.nanoTime();
        Duration provision = Duration.ZERO;
        for (Map.Entry<Phase, List<Step>> phase : plan.pending().entrySet()) {
            if (phase.getKey() == Phase.START) {
                provision = since(start);
            }
            run(phase.getKey(), phase.getValue(), ledger, progress);
        }
        Duration total = since(start);
        plan.notes().forEach(note -> LOG.info("{}", note));
        return new DeployReport(plan, provision.isZero() ? total : provision, total);
    }

    private void run(Phase phase, List<Step> steps, Ledger ledger, Consumer<? super Progress> progress) {
        try {
            PhaseAction action = actions.get(phase);
            if (action == null) {
                throw new IllegalStateException("no action for phase " + phase);
            }
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
