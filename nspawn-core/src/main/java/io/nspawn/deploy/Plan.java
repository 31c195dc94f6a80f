package io.nspawn.deploy;

import io.nspawn.config.nspawn.EffectiveSettings;
import io.nspawn.deploy.Step.Phase;
import io.nspawn.internal.Json;
import io.nspawn.model.MachineName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a deploy or a removal will do: every step, those too that find their work done.
 *
 * @param steps in the order of their phases
 * @param notes what the plan leaves to its reader, such as a restart that a change needs to take effect
 * @param changes in what containers that run differ from their specs, and what each difference takes
 * @param effective for each container of a deploy, what its unit and its {@code .nspawn} file do together
 */
public record Plan(
        List<PlannedStep> steps,
        List<String> notes,
        List<SpecChange> changes,
        Map<MachineName, EffectiveSettings> effective) {
    public Plan {
        steps = List.copyOf(steps);
        notes = List.copyOf(notes);
        changes = List.copyOf(changes);
        effective = Map.copyOf(effective);
    }

    /** A plan that deploys nothing. */
    public Plan(List<PlannedStep> steps, List<String> notes) {
        this(steps, notes, List.of(), Map.of());
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

        /** The change in small letters, as JSON has it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A step, and what it will change.
     *
     * @param detail what is there before and after, where a word helps; may be empty
     * @param before what the step acts on as it is: a file's text, a unit's state; empty if there is nothing
     * @param after the same when the step is done
     */
    public record PlannedStep(Step step, Change change, String detail, String before, String after) {
        public PlannedStep {
            Objects.requireNonNull(step);
            Objects.requireNonNull(change);
        }

        /** A step whose change is told by its kind alone. */
        public PlannedStep(Step step, Change change, String detail) {
            this(step, change, detail, "", "");
        }

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

    /** The containers that run with other settings than the plan leaves in their files, until they are restarted. */
    public List<MachineName> waitingForRestart() {
        return changes.stream()
                .filter(SpecChange::waits)
                .map(SpecChange::machine)
                .distinct()
                .toList();
    }

    /** What a container's unit and its {@code .nspawn} file will do together; empty for one that is not deployed. */
    public Optional<EffectiveSettings> effective(MachineName machine) {
        return Optional.ofNullable(effective.get(machine));
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

    /**
     * The plan as JSON (RFC 8259), in fields whose names stay:
     *
     * <ul>
     *   <li>{@code changesNothing}: whether the host is as it should be
     *   <li>{@code steps}, in their order: {@code phase}; {@code kind}, the name of the step's type; {@code machine}, empty
     *       for what all share; {@code change}: unchanged, add, modify or remove; {@code summary}, {@code detail},
     *       {@code before}, {@code after}
     *   <li>{@code changes}: {@code machine}; {@code kind}: live, restart or recreate; {@code line}; {@code waits}
     *   <li>{@code effective}: for each container an array of lines for people
     *   <li>{@code notes}: texts
     * </ul>
     */
    public String toJson() {
        Map<String, Object> plan = new LinkedHashMap<>();
        plan.put("changesNothing", changesNothing());
        plan.put("steps", steps.stream().map(Plan::json).toList());
        plan.put("changes", changes.stream().map(Plan::json).toList());
        Map<String, Object> texts = new LinkedHashMap<>();
        effective.keySet().stream()
                .sorted()
                .forEach(machine -> texts.put(
                        machine.value(),
                        Objects.requireNonNull(effective.get(machine)).describe()));
        plan.put("effective", texts);
        plan.put("notes", notes);
        return Json.write(plan);
    }

    private static Map<String, Object> json(PlannedStep planned) {
        Step step = planned.step();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("phase", step.phase().label());
        json.put("kind", step.kind());
        json.put("machine", step.machine().map(MachineName::value).orElse(""));
        json.put("change", planned.change().label());
        json.put("summary", step.summary());
        json.put("detail", planned.detail());
        json.put("before", planned.before());
        json.put("after", planned.after());
        return json;
    }

    private static Map<String, Object> json(SpecChange change) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("machine", change.machine().value());
        json.put("kind", change.kind().label());
        json.put("line", change.line());
        json.put("waits", change.waits());
        return json;
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
