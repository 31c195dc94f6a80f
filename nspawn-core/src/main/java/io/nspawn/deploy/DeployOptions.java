package io.nspawn.deploy;

import io.nspawn.deploy.Hook.Point;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NspawnException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How a deploy is done. Immutable: each method gives another one.
 *
 * <pre>{@code
 * host.deploy(spec, DeployOptions.DEFAULT.restarting().hook(Hook.Point.AFTER_START, machine -> register(machine)));
 * }</pre>
 */
public final class DeployOptions {
    /** Containers that run are never stopped, and there are no hooks. */
    public static final DeployOptions DEFAULT = new DeployOptions(false, List.of());

    private final boolean restarts;
    private final List<Placed> hooks;

    private record Placed(Point point, Hook hook) {}

    private DeployOptions(boolean restarts, List<Placed> hooks) {
        this.restarts = restarts;
        this.hooks = hooks;
    }

    /**
     * Restarts the containers of the deploy that run with other settings than their specs say, where those cannot be put
     * into force otherwise, and no others.
     */
    public DeployOptions restarting() {
        return new DeployOptions(true, hooks);
    }

    /** Adds a hook; several at one point run in the order in which they were added. */
    public DeployOptions hook(Point point, Hook hook) {
        List<Placed> more = new ArrayList<>(hooks);
        more.add(new Placed(Objects.requireNonNull(point), Objects.requireNonNull(hook)));
        return new DeployOptions(restarts, List.copyOf(more));
    }

    /** Whether containers may be restarted. */
    public boolean restarts() {
        return restarts;
    }

    /** What a hook throws that is no error of this library becomes one, so that the deploy tells it like any other. */
    void run(Point point, MachineName machine) {
        for (Placed placed : hooks) {
            if (placed.point == point) {
                run(placed, machine);
            }
        }
    }

    private static void run(Placed placed, MachineName machine) {
        try {
            placed.hook.run(machine);
        } catch (NspawnException e) {
            throw e;
        } catch (RuntimeException e) {
            String where = placed.point.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            throw new HostFailureException(
                    Failure.of("run a hook " + where + " of", machine.value(), String.valueOf(e)), e);
        }
    }
}
