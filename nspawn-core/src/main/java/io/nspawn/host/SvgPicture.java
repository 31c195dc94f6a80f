package io.nspawn.host;

import io.nspawn.host.HostTopology.HostInterface;
import io.nspawn.host.HostTopology.Machine;
import io.nspawn.host.HostTopology.Macvlan;
import io.nspawn.host.HostTopology.Network;
import io.nspawn.net.InterfaceName;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Draws a topology: a column for each network with a line down from its head, a row for each container, a dot where the
 * row meets the network, and the address beside it. Sizes are in pixels, text is of one width per character.
 */
final class SvgPicture {
    private static final int MARGIN = 24;
    private static final int CHARACTER = 7;
    private static final int LINE = 17;
    private static final int ROW = 24;
    private static final int MORE_ADDRESSES = 14;
    private static final int HEAD_PADDING = 12;
    private static final int GAP = 18;
    private static final int COLUMN_MIN = 150;
    private static final int COLORS = 6;

    private static final String STYLE = """
            <style>
              .bg{fill:#ffffff}.band{fill:#f3f5f8}.t{fill:#1c2430}.m{fill:#5a6675}.rule{stroke:#c9d1dc}
              .head{fill:#ffffff;stroke-width:1.5}.dot{stroke:#ffffff;stroke-width:1.5}
              text{font:12px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}
              .n{font-weight:bold;font-size:13px}.s{font-size:11px}.title{font-weight:bold;font-size:15px}
              @media (prefers-color-scheme:dark){
                .bg{fill:#14181f}.band{fill:#1c222c}.t{fill:#e8edf4}.m{fill:#9aa7b8}.rule{stroke:#3a4554}
                .head{fill:#1c222c}.dot{stroke:#14181f}
              }
            </style>
            """;

    private static final List<String> PALETTE =
            List.of("#2f7fc4", "#c4662b", "#3a9463", "#9d5bbd", "#c04c84", "#87872b");

    private final HostTopology host;
    private final StringBuilder text = new StringBuilder();
    private final Formatter out = new Formatter(text, Locale.ROOT);
    private final Map<InterfaceName, Integer> columns = new HashMap<>();
    private final List<Integer> lefts = new ArrayList<>();
    private final int nameWidth;
    private final int top;
    private final int width;
    private final int height;

    SvgPicture(HostTopology host) {
        this.host = host;
        int longest = host.containers().stream()
                .mapToInt(machine -> machine.name().value().length())
                .max()
                .orElse(0);
        this.nameWidth = Math.max(longest, "container".length()) * CHARACTER + 2 * GAP;
        int x = MARGIN + nameWidth;
        for (Network network : host.networks()) {
            columns.put(network.name(), lefts.size());
            lefts.add(x);
            x += columnWidth(network) + GAP;
        }
        int lines = host.networks().stream()
                .mapToInt(network -> head(network).size())
                .max()
                .orElse(1);
        this.top = MARGIN + 2 * LINE + lines * LINE + 2 * HEAD_PADDING + GAP;
        this.width = Math.max(x - GAP + MARGIN, COLUMN_MIN * 3);
        this.height =
                top + host.containers().stream().mapToInt(SvgPicture::rowHeight).sum() + MARGIN + LINE;
    }

    String text() {
        out.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n",
                width, height, width, height);
        text.append("<title>Networks and containers of a host</title>\n").append(STYLE);
        out.format("<rect class=\"bg\" width=\"%d\" height=\"%d\"/>\n", width, height);
        text(MARGIN, MARGIN + LINE, "t title", summary());
        bands();
        for (int i = 0; i < host.networks().size(); i++) {
            network(host.networks().get(i), i);
        }
        rows();
        return text.append("</svg>\n").toString();
    }

    private String summary() {
        long running = host.containers().stream().filter(Machine::runs).count();
        return running + " of " + host.containers().size() + " containers running, on "
                + host.networks().size() + " networks";
    }

    private void bands() {
        int y = top;
        for (int i = 0; i < host.containers().size(); i++) {
            int rowHeight = rowHeight(host.containers().get(i));
            if (i % 2 == 0) {
                out.format(
                        "<rect class=\"band\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
                        MARGIN, y, width - 2 * MARGIN, rowHeight);
            }
            y += rowHeight;
        }
    }

    private void network(Network network, int column) {
        String color = PALETTE.get(column % COLORS);
        List<String> lines = head(network);
        int left = lefts.get(column);
        int y = MARGIN + 2 * LINE;
        int headHeight = top - GAP - y;
        out.format(
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"%s/>\n",
                bus(column),
                y + headHeight,
                bus(column),
                height - MARGIN - LINE,
                color,
                network.up() ? "" : " stroke-dasharray=\"5 5\"");
        out.format(
                "<rect class=\"head\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" stroke=\"%s\"/>\n",
                left, y, columnWidth(network), headHeight, color);
        for (int i = 0; i < lines.size(); i++) {
            text(left + HEAD_PADDING, y + HEAD_PADDING + (i + 1) * LINE - 5, i == 0 ? "t n" : "m s", lines.get(i));
        }
    }

    private void rows() {
        int y = top;
        for (Machine machine : host.containers()) {
            int middle = y + ROW / 2;
            text(
                    MARGIN + GAP / 2,
                    middle + 4,
                    machine.runs() ? "t" : "m",
                    machine.name().value());
            int last = machine.nics().stream()
                    .flatMap(nic -> nic.network().map(columns::get).stream())
                    .mapToInt(this::bus)
                    .max()
                    .orElse(0);
            if (last > 0) {
                int from = MARGIN + GAP / 2 + (machine.name().value().length() + 1) * CHARACTER + 4;
                out.format(
                        "<line class=\"rule\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"%s/>\n",
                        from, middle, last, middle, machine.runs() ? "" : " stroke-dasharray=\"3 4\"");
            }
            for (Macvlan nic : machine.nics()) {
                nic.network().map(columns::get).ifPresent(column -> nic(machine, nic, column, middle));
            }
            y += rowHeight(machine);
        }
    }

    private void nic(Machine machine, Macvlan nic, int column, int middle) {
        String color = PALETTE.get(column % COLORS);
        out.format(
                "<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"5.5\" %s><title>%s</title></circle>\n",
                machine.runs() ? "dot" : "bg",
                bus(column),
                middle,
                machine.runs() ? "fill=\"" + color + '"' : "stroke=\"" + color + "\" stroke-width=\"2\"",
                escaped(machine.name() + " " + nic.inside() + " on " + nic.lower()));
        int y = middle + 4;
        for (String address : addresses(nic)) {
            int textWidth = address.length() * CHARACTER - address.length() / 2;
            out.format(
                    "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"14\"/>\n",
                    host.containers().indexOf(machine) % 2 == 0 ? "band" : "bg",
                    bus(column) + 9,
                    y - 11,
                    textWidth + 4);
            text(bus(column) + 11, y, "t s", address);
            y += MORE_ADDRESSES;
        }
    }

    private int bus(int column) {
        return lefts.get(column) + HEAD_PADDING + 4;
    }

    private static List<String> addresses(Macvlan nic) {
        return nic.addresses().stream().map(Object::toString).toList();
    }

    private static int rowHeight(Machine machine) {
        int most = machine.nics().stream()
                .mapToInt(nic -> nic.addresses().size())
                .max()
                .orElse(0);
        return ROW + Math.max(0, most - 1) * MORE_ADDRESSES;
    }

    private int columnWidth(Network network) {
        int widest = head(network).stream().mapToInt(String::length).max().orElse(0) * CHARACTER + 2 * HEAD_PADDING + 8;
        int address = host.containers().stream()
                .flatMap(machine -> machine.nics().stream())
                .filter(nic -> nic.network().filter(network.name()::equals).isPresent())
                .flatMap(nic -> addresses(nic).stream())
                .mapToInt(String::length)
                .max()
                .orElse(0);
        return Math.max(COLUMN_MIN, Math.max(widest, address * CHARACTER + 2 * HEAD_PADDING + GAP));
    }

    private static List<String> head(Network network) {
        List<String> lines = new ArrayList<>();
        lines.add(network.name().value());
        lines.add(network.kind() + ", MTU " + network.mtu() + (network.up() ? "" : ", down"));
        if (!network.ports().isEmpty()) {
            lines.add("ports "
                    + network.ports().stream().map(InterfaceName::value).collect(Collectors.joining(" ")));
        }
        network.host().forEach(own -> lines.addAll(host(network, own)));
        return lines;
    }

    /** Where the host has its addresses on the network itself, the name is said already. */
    private static List<String> host(Network network, HostInterface own) {
        List<String> lines = new ArrayList<>();
        String route = network.defaultRoute() ? " (default route)" : "";
        boolean itself = own.name().equals(network.name()) && !own.addresses().isEmpty();
        if (!itself) {
            lines.add("host " + own.name() + route);
        }
        for (int i = 0; i < own.addresses().size(); i++) {
            boolean first = itself && i == 0;
            lines.add((first ? "host " : itself ? "     " : "  ")
                    + own.addresses().get(i)
                    + (first ? route : ""));
        }
        return lines;
    }

    private void text(int x, int y, String style, String text) {
        out.format(
                "<text x=\"%d\" y=\"%d\" class=\"%s\" xml:space=\"preserve\">%s</text>\n", x, y, style, escaped(text));
    }

    /** What XML gives a meaning to, and what it cannot hold. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default ->
                    escaped.appendCodePoint(
                            c < ' ' || c == 0xfffe || c == 0xffff || (c >= 0xd800 && c <= 0xdfff) ? '?' : c);
            }
        });
        return escaped.toString();
    }
}
