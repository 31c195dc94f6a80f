package io.nspawn.testkit.truth;

import java.util.List;

/**
 * Where two hosts went apart.
 *
 * @param done the acts until then, the last one included
 * @param differences what differs
 */
record Divergence(List<Act> done, List<String> differences) {
    Divergence {
        done = List.copyOf(done);
        differences = List.copyOf(differences);
    }

    String described() {
        StringBuilder text = new StringBuilder();
        done.forEach(act -> text.append("  ").append(act).append('\n'));
        differences.forEach(line -> text.append("    ").append(line).append('\n'));
        return text.toString();
    }
}
