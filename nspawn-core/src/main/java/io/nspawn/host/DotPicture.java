package io.nspawn.host;

import io.nspawn.host.HostTopology.Machine;
import io.nspawn.host.HostTopology.Macvlan;
import io.nspawn.host.HostTopology.Network;
import io.nspawn.net.InterfaceName;
import java.util.HashMap;
import java.util.Map;

/** Writes a topology in the language of Graphviz. */
final class DotPicture {
    private static final PictureLabels LABELS = new PictureLabels("\\n", DotPicture::escaped);

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
            node(id, LABELS.of(network), "shape=box, style=\"filled\", fillcolor=\"#d8e6f3\"");
        }
        for (int i = 0; i < host.containers().size(); i++) {
            Machine machine = host.containers().get(i);
            String id = "c" + i;
            node(id, LABELS.of(machine.name()), "shape=box, style=\"rounded" + (machine.runs() ? "\"" : ",dashed\""));
            for (Macvlan nic : machine.nics()) {
                nic.network()
                        .map(ids::get)
                        .ifPresent(network -> out.append("  ")
                                .append(id)
                                .append(" -- ")
                                .append(network)
                                .append(" [label=\"")
                                .append(LABELS.lines(nic.addresses()))
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

    /** In a label a backslash starts a sequence, and an ampersand the name of a character. */
    static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("&", "&amp;");
    }
}
