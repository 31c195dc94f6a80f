package io.nspawn.osa;

import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.Node;

/** What is found in one file: what is wrong, and what is passed over. */
final class Findings {
    private final List<YamlFinding> wrong = new ArrayList<>();
    private final List<YamlFinding> ignored = new ArrayList<>();

    void add(Node node, String key, String problem, String remedy) {
        wrong.add(new YamlFinding(line(node), key, problem, remedy));
    }

    void add(int line, String problem, String remedy) {
        wrong.add(new YamlFinding(line, "", problem, remedy));
    }

    void passedOver(Node node, String key) {
        ignored.add(new YamlFinding(line(node), key, "is passed over", "set it where it belongs"));
    }

    List<YamlFinding> wrong() {
        return wrong.stream().sorted().toList();
    }

    List<YamlFinding> ignored() {
        return ignored.stream().sorted().toList();
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }
}
