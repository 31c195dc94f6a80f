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
     * @param failed what could not be, each with the reason
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
            return failed.isEmpty()
                    ? "everything was taken back"
                    : "could not be taken back: " + String.join("; ", failed);
        }
    }

    /** Notes how to take back what is about to be done; an undo must also be right when only a part of it was done. */
    void before(String what, Runnable undo) {
        entries.push(new Entry(what, undo));
    }

    /**
     * Takes everything back, latest first; one that fails does not keep the others from being tried. It runs to its end
     * on an interrupted thread too, which stays interrupted.
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
        while (!entries.isEmpty()) {
            Entry entry = entries.pop();
            try {
                entry.undo.run();
                undone.add(entry.what);
            } catch (RuntimeException e) {
                failed.add(entry.what + ": " + e.getMessage());
            }
        }
        return new Rollback(undone, failed, oneWay);
    }
}
