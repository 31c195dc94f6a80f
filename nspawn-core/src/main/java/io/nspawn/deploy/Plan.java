package io.nspawn.deploy;

import io.nspawn.deploy.Step.Phase;
import io.nspawn.model.MachineName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a deploy or a removal will do: every step, those too that find their work done.
 *
 * @param steps in the order of their phases
 * @param notes what the plan leaves to its reader, such as a restart that a change needs to take effect
 */
public record Plan(List<PlannedStep> steps, List<String> notes) {
    public Plan {
        steps = List.copyOf(steps);
        notes = List.copyOf(notes);
    }

    /** What a step finds. */
    public enum Change {
        /** Nothing to do. */
        UNCHANGED(' '),
        /** Something comes to be. */
        ADD('+'),
        /** Something that is there becomes different. */
        MODIFY('~'),
        /** Something goes away. */
        REMOVE('-');

        private final char mark;

        Change(char mark) {
            this.mark = mark;
        }
    }

    /**
     * A step, and what it will change.
     *
     * @param detail what is there before and after, where a word helps; may be empty
     */
    public record PlannedStep(Step step, Change change, String detail) {
        public boolean isUnchanged() {
            return change == Change.UNCHANGED;
        }

        @Override
        public String toString() {
            return change.mark + " " + step.summary() + (detail.isEmpty() ? "" : " (" + detail + ")");
        }
    }

    public boolean changesNothing() {
        return steps.stream().allMatch(PlannedStep::isUnchanged);
    }

    /** The steps that have something to do, by phase, phases in running order. */
    Map<Phase, List<Step>> pending() {
        Map<Phase, List<Step>> byPhase = new LinkedHashMap<>();
        for (Phase phase : Phase.values()) {
            List<Step> pending = steps.stream()
                    .filter(s -> !s.isUnchanged() && s.step().phase() == phase)
                    .map(PlannedStep::step)
                    .toList();
            if (!pending.isEmpty()) {
                byPhase.put(phase, pending);
            }
        }
        return byPhase;
    }

    /** The plan as a diff to read, container by container. */
    @Override
    public String toString() {
        Map<String, List<PlannedStep>> byMachine = new LinkedHashMap<>();
        for (PlannedStep step : steps) {
            String heading = step.step().machine().map(MachineName::value).orElse("host");
            byMachine.computeIfAbsent(heading, h -> new ArrayList<>()).add(step);
        }
        StringBuilder out = new StringBuilder();
        byMachine.forEach((heading, its) -> {
            out.append(heading).append('\n');
            its.forEach(step -> out.append("  ").append(step).append('\n'));
        });
        notes.forEach(note -> out.append("note: ").append(note).append('\n'));
        return out.toString();
    }
}
