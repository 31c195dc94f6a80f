package io.nspawn.deploy;

import io.nspawn.deploy.SpecChange.Kind;
import io.nspawn.model.MachineName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The way from what a run has to what a spec wants.
 *
 * @param now what the run has
 * @param wanted what the spec says
 */
record RunChange(RunState now, RunState wanted) {
    boolean isEmpty() {
        return now.equals(wanted);
    }

    /**
     * Whether an init runs where one program is wanted, or the other way round. Then nothing changes before the restart:
     * what sets up interfaces in the one is not there in the other.
     */
    private boolean isOfOtherKind() {
        return !now.boot().equals(wanted.boot());
    }

    /**
     * Whether no network changes before the restart: of another kind, or one that the run has goes. The file that sets its
     * addresses is gone already, and whoever reads the others again inside would take the addresses away.
     */
    boolean keepsNetworks() {
        return isOfOtherKind()
                || !wanted.networks().keySet().containsAll(now.networks().keySet());
    }

    /**
     * The lower interfaces whose macvlans can be added while the container runs: those that come after all that it has.
     * Their order decides about their MACs, so that one in between would change those of others at the next start.
     */
    List<String> attached() {
        int had = now.macvlans().size();
        return grows() ? wanted.macvlans().subList(had, wanted.macvlans().size()) : List.of();
    }

    private boolean grows() {
        return !keepsNetworks() && isPrefix(now.macvlans(), wanted.macvlans());
    }

    /** Whether interfaces that it has already get other addresses, routes or name servers, all of which can change live. */
    boolean readdresses() {
        return now.networks().entrySet().stream()
                .anyMatch(n -> wanted.networks().containsKey(n.getKey())
                        && !n.getValue().equals(after(n.getKey(), n.getValue())));
    }

    /** What the run has when all is in force that needs no restart. */
    RunState afterLive() {
        boolean grows = grows();
        Map<String, List<String>> networks = new TreeMap<>();
        now.networks().forEach((path, lines) -> networks.put(path, after(path, lines)));
        if (grows) {
            wanted.networks().forEach(networks::putIfAbsent);
        }
        return new RunState(now.settings(), grows ? wanted.macvlans() : now.macvlans(), networks);
    }

    /** Every line that differs, with what it takes. */
    List<SpecChange> lines(MachineName machine, boolean restarts) {
        List<SpecChange> all = new ArrayList<>();
        RunState live = afterLive();
        add(all, machine, Kind.LIVE, false, now.lines(), live.lines());
        add(all, machine, Kind.RESTART, !restarts, live.lines(), wanted.lines());
        return all;
    }

    /** An interface's own MAC and MTU are set when it comes up; what goes from there stays until it is made anew. */
    private List<String> after(String path, List<String> lines) {
        List<String> next = wanted.networks().getOrDefault(path, lines);
        return !keepsNetworks() && link(lines).equals(link(next)) ? next : lines;
    }

    private static List<String> link(List<String> lines) {
        return lines.stream().filter(l -> l.startsWith("[Link] ")).toList();
    }

    private static void add(
            List<SpecChange> all,
            MachineName machine,
            Kind kind,
            boolean waits,
            List<String> before,
            List<String> after) {
        List<String> lines = new ArrayList<>(LineDiff.lines(before, after));
        if (lines.isEmpty() && !before.equals(after)) {
            lines.add("+" + "the same in another order");
        }
        lines.forEach(line -> all.add(new SpecChange(machine, kind, Objects.requireNonNull(line), waits)));
    }

    static boolean isPrefix(List<String> some, List<String> all) {
        return some.size() <= all.size() && all.subList(0, some.size()).equals(some);
    }
}
