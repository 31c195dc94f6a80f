package io.nspawn.deploy;

import io.nspawn.config.nspawn.EffectiveSettings;
import io.nspawn.deploy.Plan.Change;
import io.nspawn.deploy.Plan.PlannedStep;
import io.nspawn.model.MachineName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A plan while it is written. */
final class PlanSheet {
    private final List<PlannedStep> steps = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<SpecChange> changes = new ArrayList<>();
    private final Map<MachineName, EffectiveSettings> effective = new HashMap<>();

    void add(Step step, Change change, String detail) {
        steps.add(new PlannedStep(step, change, detail));
    }

    /** Adds a step with what it finds and what it leaves; with nothing to do both are the same. */
    void add(Step step, Change change, String before, String after) {
        String now = change == Change.UNCHANGED ? after : before;
        steps.add(new PlannedStep(step, change, "", now, after));
    }

    void add(PlannedStep step) {
        steps.add(step);
    }

    /** Adds a step that writes a text over one that may be there; returns whether it has something to do. */
    boolean addWrite(Step step, Optional<String> now, String wanted) {
        Change change = now.map(text -> text.equals(wanted) ? Change.UNCHANGED : Change.MODIFY)
                .orElse(Change.ADD);
        String detail = change == Change.MODIFY ? LineDiff.of(now.orElse(""), wanted) : "";
        steps.add(new PlannedStep(step, change, detail, now.orElse(""), wanted));
        return change != Change.UNCHANGED;
    }

    void note(String note) {
        notes.add(note);
    }

    void changes(List<SpecChange> more) {
        changes.addAll(more);
    }

    void effective(MachineName machine, EffectiveSettings settings) {
        effective.put(machine, settings);
    }

    /** How many steps of a kind have something to do. */
    long count(Class<? extends Step> kind) {
        return steps.stream()
                .filter(s -> kind.isInstance(s.step()) && !s.isUnchanged())
                .count();
    }

    Plan plan() {
        List<PlannedStep> ordered = steps.stream()
                .sorted(Comparator.comparing(s -> s.step().phase()))
                .toList();
        return new Plan(ordered, notes, changes, effective);
    }
}
