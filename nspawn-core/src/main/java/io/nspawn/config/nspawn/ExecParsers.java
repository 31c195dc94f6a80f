package io.nspawn.config.nspawn;

import io.nspawn.config.nspawn.Words.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The values of {@code [Exec]}, but user namespaces and limits. */
final class ExecParsers {
    private static final int LAST_CAPABILITY = 62;
    private static final int LAST_BIT = 63;

    private ExecParsers() {}

    /** A boolean that an empty value unsets. */
    static ValueParser tristate(BiConsumer<Draft, Optional<Boolean>> field) {
        return (draft, a) -> field.accept(draft, a.isEmpty() ? Optional.empty() : Optional.of(a.bool()));
    }

    /** A word out of a few; {@code no} and {@code yes} in all their spellings have a meaning of their own. */
    static <E extends Enum<E> & Choice> ValueParser choice(
            Class<E> type, E no, E yes, BiConsumer<Draft, Optional<E>> field) {
        return (draft, a) -> field.accept(draft, Optional.of(choose(type, no, yes, a.value())));
    }

    static <E extends Enum<E> & Choice> E choose(Class<E> type, E no, E yes, String text) throws Unparsable {
        Optional<Boolean> flag = Booleans.find(text);
        if (flag.isPresent()) {
            return flag.get() ? yes : no;
        }
        return Choice.find(type, text).orElseThrow(() -> Unparsable.invalid("none of them: \"" + text + '"'));
    }

    /** A word by its exact spelling first, then as a boolean. */
    static void linkJournal(Draft draft, Assigned a) throws Unparsable {
        Optional<LinkJournal> exact = Choice.find(LinkJournal.class, a.value());
        draft.linkJournal = Optional.of(exact.isPresent() ? exact.get() : a.bool() ? LinkJournal.AUTO : LinkJournal.NO);
    }

    static void boot(Draft draft, Assigned a) throws Unparsable {
        start(draft, a, StartMode.BOOT, StartMode.PID2);
    }

    static void processTwo(Draft draft, Assigned a) throws Unparsable {
        start(draft, a, StartMode.PID2, StartMode.BOOT);
    }

    private static void start(Draft draft, Assigned a, StartMode own, StartMode other) throws Unparsable {
        boolean wanted = a.bool();
        Optional<StartMode> conflicting = Optional.of(wanted ? other : own);
        if (draft.startMode.equals(conflicting)) {
            a.warn(
                    Code.START_CONFLICT,
                    a.value() + " after a line that made it " + draft.startMode.get(),
                    "say Boot= and ProcessTwo= once each, and not both yes");
        } else if (wanted) {
            draft.startMode = Optional.of(own);
        } else if (draft.startMode.isEmpty()) {
            draft.startMode = Optional.of(StartMode.PID1);
        }
    }

    /** Words that accumulate; an empty value takes back all. */
    static ValueParser words(Function<Draft, List<String>> field) {
        return (draft, a) -> {
            if (a.isEmpty()) {
                field.apply(draft).clear();
                return;
            }
            List<String> taken = new ArrayList<>();
            try {
                take(new Words(a.value(), Split.QUOTED), taken);
            } catch (Unparsable e) {
                if (!a.since(Version.WHOLE_LINES_OF_WORDS)) {
                    field.apply(draft).addAll(taken);
                }
                throw e;
            }
            field.apply(draft).addAll(taken);
        };
    }

    private static void take(Words words, List<String> taken) throws Unparsable {
        for (Optional<String> word = words.next(); word.isPresent(); word = words.next()) {
            taken.add(word.get());
        }
    }

    static void user(Draft draft, Assigned a) throws Unparsable {
        if (a.value().chars().anyMatch(c -> c < ' ' || c == 0x7f || "\"'\\".indexOf(c) >= 0)) {
            throw Unparsable.invalid("a control character, quote or backslash");
        }
        draft.user = notEmpty(a.value());
    }

    /** An absolute path without {@code ..}, put into its simplest form; an empty value unsets it. */
    static ValueParser path(BiConsumer<Draft, Optional<String>> field) {
        return (draft, a) -> {
            if (a.isEmpty()) {
                field.accept(draft, Optional.empty());
                return;
            }
            if (!Paths.isAbsolute(a.value())) {
                throw Unparsable.invalid("not absolute: \"" + a.value() + '"');
            }
            String path = Paths.simplify(a.value());
            if (!Paths.isNormalized(path)) {
                throw Unparsable.invalid("a path with .. or too long: \"" + a.value() + '"');
            }
            field.accept(draft, Optional.of(path));
        };
    }

    static void pivotRoot(Draft draft, Assigned a) throws Unparsable {
        Words fields = new Words(a.value(), Split.FIELDS);
        String newRoot = fields.next().orElse("");
        Optional<String> oldRoot = notEmpty(fields.rest());
        requirePivot(a, newRoot);
        if (oldRoot.isPresent()) {
            requirePivot(a, oldRoot.get());
        }
        draft.pivotRoot = Optional.of(new PivotRoot(newRoot, oldRoot));
    }

    private static void requirePivot(Assigned a, String path) throws Unparsable {
        boolean normalized = !a.since(Version.NORMALIZED_PIVOT_ROOT) || Paths.isNormalized(path);
        if (!Paths.isAbsolute(path) || !normalized) {
            throw Unparsable.invalid("not absolute and normalized: \"" + path + '"');
        }
    }

    /** Capabilities that are added to those before; a bad word is passed over. */
    static ValueParser capabilities(BiConsumer<Draft, CapabilitySet> add) {
        return (draft, a) -> {
            CapabilitySet set = CapabilitySet.NONE;
            Words words = new Words(a.value(), Split.ESCAPED);
            for (Optional<String> word = words.next(); word.isPresent(); word = words.next()) {
                set = set.with(capability(a, word.get()));
            }
            add.accept(draft, set);
        };
    }

    private static CapabilitySet capability(Assigned a, String word) {
        if (word.equals("all")) {
            return CapabilitySet.ALL;
        }
        int limit = a.since(Version.CAPABILITY_LIMIT) ? LAST_CAPABILITY : LAST_BIT;
        int number;
        try {
            number = Numbers.int32(word);
        } catch (Unparsable notANumber) {
            number = CapabilitySet.numberOf(word);
        }
        if (number < 0 || number > limit) {
            a.warn("no capability: \"" + word + '"');
            return CapabilitySet.NONE;
        }
        return new CapabilitySet(1L << number);
    }

    static void killSignal(Draft draft, Assigned a) throws Unparsable {
        draft.killSignal = OptionalInt.of(Signals.parse(a.value()));
    }

    static void personality(Draft draft, Assigned a) throws Unparsable {
        Optional<Personality> personality = a.platform().personality(a.value());
        if (personality.isEmpty() && !a.isEmpty()) {
            throw Unparsable.invalid("not an architecture of this host: \"" + a.value() + '"');
        }
        draft.personality = personality;
    }

    static void machineId(Draft draft, Assigned a) throws Unparsable {
        String text = a.value();
        if (a.since(Version.URN_MACHINE_ID) && text.startsWith("urn:uuid:")) {
            text = text.substring("urn:uuid:".length());
        }
        boolean plain = text.matches("[0-9a-fA-F]{32}");
        boolean dashed = text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
        String digits = text.replace("-", "").toLowerCase(Locale.ROOT);
        if (!plain && !dashed) {
            throw Unparsable.invalid("no id: \"" + a.value() + '"');
        }
        if (digits.matches("0*")) {
            throw Unparsable.invalid("an id of zeros");
        }
        draft.machineId = Optional.of(digits);
    }

    /** A list that a leading {@code ~} makes one of what is denied; the words before a bad one stay. */
    static void systemCallFilter(Draft draft, Assigned a) throws Unparsable {
        boolean denied = a.value().startsWith("~");
        String words = denied ? a.value().substring(1) : a.value();
        take(new Words(words, Split.ESCAPED), denied ? draft.deniedSystemCalls : draft.allowedSystemCalls);
    }

    static void addressFamilies(Draft draft, Assigned a) throws Unparsable {
        if (a.isEmpty() || a.value().equals("none")) {
            draft.families = Optional.empty();
            draft.familiesAreAllowed = !a.isEmpty();
            return;
        }
        boolean denied = a.value().startsWith("~");
        if (draft.families.isEmpty()) {
            draft.families = Optional.of(new TreeSet<>());
            draft.familiesAreAllowed = !denied;
        }
        TreeSet<Integer> families = draft.families.get();
        Words words = new Words(denied ? a.value().substring(1) : a.value(), Split.UNQUOTED);
        for (Optional<String> word = words.next(); word.isPresent(); word = words.next()) {
            String name = word.get();
            int family = AddressFamilies.numberOf(name)
                    .orElseThrow(() -> Unparsable.invalid("no address family: \"" + name + '"'));
            if (denied != draft.familiesAreAllowed) {
                families.add(family);
            } else {
                families.remove(family);
            }
        }
    }

    static void hostname(Draft draft, Assigned a) throws Unparsable {
        if (!a.isEmpty() && !Hostnames.isValid(a.value())) {
            throw Unparsable.invalid("no hostname: \"" + a.value() + '"');
        }
        draft.hostname = notEmpty(a.value());
    }

    static void oomScoreAdjust(Draft draft, Assigned a) throws Unparsable {
        if (a.isEmpty()) {
            draft.oomScoreAdjust = new OomScoreAdjust(false, draft.oomScoreAdjust.value());
            return;
        }
        int value = Numbers.int32(a.value());
        if (!OomScoreAdjust.isValid(value)) {
            throw Unparsable.outOfRange("not from -1000 to 1000: " + value);
        }
        draft.oomScoreAdjust = new OomScoreAdjust(true, value);
    }

    static Optional<String> notEmpty(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
