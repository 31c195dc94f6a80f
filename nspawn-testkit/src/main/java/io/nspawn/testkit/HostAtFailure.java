package io.nspawn.testkit;

/** No failure itself: hung on that of a test, it shows the host as it was then wherever the failure is printed. */
final class HostAtFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private HostAtFailure(String report) {
        super(report, null, false, false);
    }

    /** Hangs the report on a failure that does not show it yet. */
    static void hangOn(Throwable failure, String report) {
        boolean shown = String.valueOf(failure.getMessage()).contains(FakeReport.HEADING);
        if (!shown) {
            failure.addSuppressed(new HostAtFailure(report));
        }
    }
}
