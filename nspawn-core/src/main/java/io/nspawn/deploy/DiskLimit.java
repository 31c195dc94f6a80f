package io.nspawn.deploy;

import io.nspawn.deploy.Plan.Change;
import io.nspawn.deploy.Plan.PlannedStep;
import io.nspawn.deploy.SpecChange.Kind;
import io.nspawn.deploy.Step.LimitDisk;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Finding;
import io.nspawn.model.MachineName;
import io.nspawn.model.QuotaMode;
import io.nspawn.model.Size;
import io.nspawn.spi.HostPorts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a spec says of how much a container may write. A limit that the spec does not name is the operator's, and stays. */
final class DiskLimit {
    private static final String NONE = "";

    private DiskLimit() {}

    /** A pool that counts nothing can limit nobody. */
    static Optional<Finding> finding(ContainerSpec spec, HostPorts host) {
        return spec.limits()
                .disk()
                .filter(most -> host.images().backing().quotaMode() == QuotaMode.NONE)
                .map(most -> new Finding(
                        spec.name(),
                        "what it writes is limited to " + most + ", and the pool counts nothing",
                        "enable quotas with pool().enableSimpleQuotas()"));
    }

    /**
     * The step that makes the limit what the spec says; empty if it says nothing.
     *
     * @param there whether the container has its root already
     */
    static Optional<PlannedStep> step(ContainerSpec spec, HostPorts host, boolean there) {
        return spec.limits().disk().map(most -> {
            MachineName machine = spec.machine();
            Optional<Size> now = there ? host.images().backing().limit(machine.value()) : Optional.empty();
            Change change = now.equals(Optional.of(most)) ? Change.UNCHANGED : there ? Change.MODIFY : Change.ADD;
            String before = now.map(Size::toString).orElse(NONE);
            String detail = change == Change.MODIFY ? "was " + (before.isEmpty() ? "without limit" : before) : "";
            String root = there ? machine.value() : Step.staging(machine);
            return new PlannedStep(new LimitDisk(machine, root, most), change, detail, before, most.toString());
        });
    }

    /** The same as lines of a diff, for a container that runs: the limit is in force at once. */
    static List<SpecChange> changes(MachineName machine, PlannedStep step) {
        List<SpecChange> lines = new ArrayList<>();
        if (!step.isUnchanged()) {
            if (!step.before().isEmpty()) {
                lines.add(new SpecChange(machine, Kind.LIVE, "-disk limit " + step.before(), false));
            }
            lines.add(new SpecChange(machine, Kind.LIVE, "+disk limit " + step.after(), false));
        }
        return lines;
    }
}
