package io.nspawn.net;

import jnr.constants.platform.Errno;
import org.jspecify.annotations.Nullable;

/** The kernel said no. Checked, so that each verb decides what it means before a user sees it. */
final class KernelRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Verdict verdict;

    KernelRefusal(Verdict verdict) {
        super(verdict.toString(), null, false, false);
        this.verdict = verdict;
    }

    boolean is(Errno errno) {
        return Native.is(verdict.errno(), errno);
    }

    String text() {
        return verdict.text();
    }

    NetlinkException toException(String operation, String object) {
        return toException(operation, object, null);
    }

    NetlinkException toException(String operation, String object, @Nullable Diagnosis diagnosis) {
        return NetlinkException.of(new NetlinkException.Failure(
                operation,
                object,
                verdict.errno(),
                verdict.text(),
                verdict.offset().orElse(-1),
                Outcome.NOT_APPLIED,
                diagnosis));
    }
}
