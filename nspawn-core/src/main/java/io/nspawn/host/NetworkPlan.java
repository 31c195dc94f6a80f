package io.nspawn.host;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a call will do to a host's networks, in order.
 *
 * @param changes nothing where the host matches already
 */
public record NetworkPlan(List<NetworkChange> changes) {
    public NetworkPlan {
        changes = List.copyOf(changes);
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** What will have been done, one sentence for each change. */
    public List<String> sentences() {
        return changes.stream().map(NetworkChange::done).toList();
    }

    /** A line for each change. */
    @Override
    public String toString() {
        return isEmpty() ? "nothing to do" : sentences().stream().collect(Collectors.joining("\n"));
    }
}
