package io.nspawn.host;

import io.nspawn.host.HostTopology.Machine;
import io.nspawn.host.HostTopology.Macvlan;
import io.nspawn.host.HostTopology.Network;
import io.nspawn.net.InterfaceName;
import java.util.HashMap;
import java.util.Map;

/** Writes a topology in Mermaid's language. Texts stand in quotes, with everything of meaning there as a number. */
final class MermaidPicture {
    private static final PictureLabels LABELS = new PictureLabels("<br/>", MermaidPicture::escaped);

    private final HostTopology host;
    private final StringBuilder out = new StringBuilder("flowchart LR\n");

    MermaidPicture(HostTopology host) {
        this.host = host;
    }

    String text() {
        Map<InterfaceName, String> ids = new HashMap<>();
        for (Network network : host.networks()) {
            String id = "n" + ids.size();
            ids.put(network.name(), id);
            out.append("  ")
                    .append(id)
                    .append("[[\"")
                    .append(LABELS.of(network))
                    .append("\"]]\n");
        }
        for (int i = 0; i < host.containers().size(); i++) {
            Machine machine = host.containers().get(i);
            String id = "c" + i;
            out.append("  ")
                    .append(id)
                    .append("(\"")
                    .append(LABELS.of(machine.name()))
                    .append("\")\n");
            if (!machine.runs()) {
                out.append("  class ").append(id).append(" stopped\n");
            }
            for (Macvlan nic : machine.nics()) {
                nic.network().map(ids::get).ifPresent(network -> edge(id, network, nic));
            }
        }
        return out.append("  classDef stopped stroke-dasharray: 4 4,opacity:0.6\n")
                .toString();
    }

    private void edge(String container, String network, Macvlan nic) {
        out.append("  ").append(container).append(" ---");
        if (!nic.addresses().isEmpty()) {
            out.append("|\"").append(LABELS.lines(nic.addresses())).append("\"|");
        }
        out.append(' ').append(network).append('\n');
    }

    /** Letters, digits and what addresses and names are made of stay; everything else is its number. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isLetterOrDigit(c) || "-_.:/, ".indexOf(c) >= 0) {
                escaped.appendCodePoint(c);
            } else {
                escaped.append('#').append(c).append(';');
            }
        });
        return escaped.toString();
    }
}
