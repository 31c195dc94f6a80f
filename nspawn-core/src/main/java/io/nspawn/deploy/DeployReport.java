package io.nspawn.deploy;

import java.time.Duration;
import java.util.List;

/**
 * What a deploy did.
 *
 * @param plan the plan that was carried out
 * @param provision time until every root stood in place and every file was written
 * @param total time until every container was ready
 */
public record DeployReport(Plan plan, Duration provision, Duration total) {
    /** How many steps found their work done. */
    public int unchanged() {
        return (int) plan.steps().stream().filter(Plan.PlannedStep::isUnchanged).count();
    }

    /** How many steps changed the host. */
    public int changed() {
        return plan.steps().size() - unchanged();
    }

    /** What is left to the reader, such as restarts that are needed. */
    public List<String> notes() {
        return plan.notes();
    }
}
