package io.nspawn.deploy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What a deploy has done so far, and how to take each of it back. */
final class Ledger {
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final boolean oneWay;

    Ledger() {
        this(false);
    }

    private Ledger(boolean oneWay) {
        this.oneWay = oneWay;
    }

    /** For work that is not taken back when it fails in the middle, but finished by the next run. */
    static Ledger oneWay() {
        return new Ledger(true);
    }

    private record Entry(String what, Runnable undo) {}

    /**
     * What undoing came to.
     *
     * @param undone what was taken back, latest first
     * @param failed what could not be, with the reason, and all that was done before it
     * @param oneWay whether nothing was to be taken back
     */
    record Rollback(List<String> undone, List<String> failed, boolean oneWay) {
        /** Whether the host is as it was. */
        boolean isComplete() {
            return failed.isEmpty() && !oneWay;
        }

        String summary() {
            if (oneWay) {
                return "what was removed until then stays removed; run it again to remove the rest";
            }
            if (failed.isEmpty()) {
                return "everything was taken back";
            }
            int rest = failed.size() - 1;
            return "could not be taken back: " + failed.get(0)
                    + (rest == 0 ? "" : "; " + rest + " steps before it are left for the next run");
        }
    }

    /** Notes how to take back what is about to be done; an undo must also be right when only a part of it was done. */
    void before(String what, Runnable undo) {
        entries.push(new Entry(what, undo));
    }

    /**
     * Takes everything back, latest first, up to the first that fails: what was done before it may be what the next run
     * knows it by (the file that shows a root to be ours, say). What is left then is what a kill would have left, and the
     * next run finishes it. It runs to its end on an interrupted thread too, which stays interrupted.
     */
    Rollback rollBack() {
        boolean interrupted = Thread.interrupted();
        try {
            return undoAll();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Rollback undoAll() {
        List<String> undone = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        while (failed.isEmpty() && !entries.isEmpty()) {
            Entry entry = entries.pop();
            try {
                entry.undo.run();
                undone.add(entry.what);
            } catch (RuntimeException e) {
                failed.add(entry.what + ": " + e.getMessage());
            }
        }
        entries.forEach(entry -> failed.add(entry.what + ": left for the next run"));
        entries.clear();
        return new Rollback(undone, failed, oneWay);
    }
}
