package io.nspawn.host;

import io.nspawn.host.HostTopology.HostInterface;
import io.nspawn.host.HostTopology.Machine;
import io.nspawn.host.HostTopology.Macvlan;
import io.nspawn.host.HostTopology.Network;
import io.nspawn.net.InterfaceName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes a topology in the language of Graphviz. */
final class DotPicture {
    private final HostTopology host;
    private final StringBuilder out = new StringBuilder("""
            graph host {
              rankdir=LR; ranksep=1.5; nodesep=0.1;
              node [fontname="sans-serif", fontsize=11, height=0.3];
              edge [fontname="sans-serif", fontsize=9];
            """);

    DotPicture(HostTopology host) {
        this.host = host;
    }

    String text() {
        Map<InterfaceName, String> ids = new HashMap<>();
        for (Network network : host.networks()) {
            String id = "n" + ids.size();
            ids.put(network.name(), id);
            node(id, label(network), "shape=box, style=\"filled\", fillcolor=\"#d8e6f3\"");
        }
        for (int i = 0; i < host.containers().size(); i++) {
            Machine machine = host.containers().get(i);
            String id = "c" + i;
            node(
                    id,
                    escaped(machine.name().value()),
                    "shape=box, style=\"rounded" + (machine.runs() ? "\"" : ",dashed\""));
            for (Macvlan nic : machine.nics()) {
                nic.network()
                        .map(ids::get)
                        .ifPresent(network -> out.append("  ")
                                .append(id)
                                .append(" -- ")
                                .append(network)
                                .append(" [label=\"")
                                .append(lines(nic.addresses()))
                                .append("\"];\n"));
            }
        }
        return out.append("}\n").toString();
    }

    private void node(String id, String label, String style) {
        out.append("  ")
                .append(id)
                .append(" [label=\"")
                .append(label)
                .append("\", ")
                .append(style)
                .append("];\n");
    }

    private static String label(Network network) {
        StringBuilder label = new StringBuilder(escaped(network.name().value()))
                .append("\\n")
                .append(escaped(network.kind()))
                .append(", MTU ")
                .append(network.mtu());
        if (!network.ports().isEmpty()) {
            label.append("\\nports ").append(lines(network.ports()));
        }
        for (HostInterface own : network.host()) {
            label.append("\\nhost ")
                    .append(escaped(own.name().value()))
                    .append(' ')
                    .append(lines(own.addresses()));
        }
        return label.toString();
    }

    private static String lines(List<?> values) {
        return values.stream().map(value -> escaped(value.toString())).collect(Collectors.joining("\\n"));
    }

    /** In a label a backslash starts a sequence, and an ampersand the name of a character. */
    static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("&", "&amp;");
    }
}
