package io.nspawn.host;

import java.util.List;

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

    /** What is to be done, in a few words for each change. */
    public List<String> summaries() {
        return changes.stream().map(NetworkChange::summary).toList();
    }

    /** A line for each change. */
    @Override
    public String toString() {
        return isEmpty() ? "nothing to do" : String.join("\n", summaries());
    }
}
