package io.nspawn.testkit.truth;

import io.nspawn.model.DeployException;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.NspawnException;

/** How an act ended, in words that must be the same on every host. */
final class Answer {
    private Answer() {}

    static String of(Act act, Subject subject) {
        try {
            return act.on(subject);
        } catch (NspawnException e) {
            return described(e);
        } catch (IllegalArgumentException e) {
            return e.toString();
        }
    }

    private static String described(NspawnException e) {
        String common = e.getClass().getSimpleName() + " " + e.outcome()
                + e.errorName().map(name -> " " + name).orElse("");
        if (e instanceof InvalidSpecException invalid) {
            return common + " " + invalid.findings();
        }
        if (e instanceof JobFailedException job) {
            return common + " " + job.unitFailure().serviceResult() + " "
                    + job.unitFailure().exitStatus();
        }
        if (e instanceof DeployException deploy) {
            String cause = deploy.getCause() instanceof NspawnException inner ? described(inner) : "";
            return common + " " + deploy.operation() + " undone " + deploy.undone() + " failed " + deploy.notUndone()
                    + " because of " + cause;
        }
        return common;
    }
}
