package io.nspawn.testkit;

import io.nspawn.model.MachineName;
import io.nspawn.testkit.RootTree.Directory;
import io.nspawn.testkit.RootTree.FileNode;
import io.nspawn.testkit.RootTree.Link;
import io.nspawn.testkit.RootTree.Node;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes all that a fake host is, in an order that does not depend on how it came to be. */
final class HostDump {
    private static final int MODE = 0777;

    private final StringBuilder out = new StringBuilder();
    private final FakeParts parts;

    HostDump(FakeParts parts) {
        this.parts = parts;
    }

    String text() {
        pool();
        units();
        links();
        tree("files", parts.files.tree());
        return withoutMachineIds(out.toString());
    }

    /** Lines that went and lines that came; the order of those that stayed does not count. */
    static List<String> difference(String before, String after) {
        List<String> gone = new ArrayList<>(before.lines().toList());
        List<String> come = new ArrayList<>();
        after.lines().filter(line -> !gone.remove(line)).forEach(come::add);
        List<String> changes = new ArrayList<>();
        gone.forEach(line -> changes.add("-" + line));
        come.forEach(line -> changes.add("+" + line));
        return changes;
    }

    private void pool() {
        out.append("pool: ")
                .append(parts.pool.used())
                .append(" of ")
                .append(parts.pool.size())
                .append(" bytes\n");
        parts.pool
                .roots()
                .forEach((name, root) -> tree(
                        "root " + name + (root.isSealed() ? " (sealed)" : "") + " own " + root.ownBytes(),
                        root.tree()));
    }

    private void units() {
        TreeMap<MachineName, String> states = new TreeMap<>();
        parts.control.enabled().forEach(name -> states.put(name, "inactive"));
        parts.machines.all().forEach(unit -> states.put(unit.machine(), unit.state()));
        states.forEach((name, state) -> {
            boolean enabled = parts.control.enabled().contains(name);
            boolean stale = parts.unitFiles.changedSinceReload(name);
            if (enabled || stale || !state.equals("inactive")) {
                out.append("unit ").append(name).append(": ").append(state);
                out.append(enabled ? ", enabled" : "")
                        .append(stale ? ", needs reload" : "")
                        .append('\n');
            }
        });
        parts.machines.running().forEach(this::container);
    }

    private void container(MachineName name, FakeContainer container) {
        out.append("container ").append(name).append(container.boots() ? " boots" : " runs a program");
        List<String> limits = parts.unitFiles.loadedLimits(name);
        out.append(limits.isEmpty() ? "" : " with " + limits.stream().sorted().toList())
                .append('\n');
        container
                .interfaces()
                .forEach(i -> out.append("  ")
                        .append(i.name())
                        .append(i.up() ? " up " : " down ")
                        .append(i.mac().map(Object::toString).orElse(""))
                        .append(' ')
                        .append(i.addresses())
                        .append('\n'));
    }

    private void links() {
        for (var link : parts.network.links()) {
            out.append("link ").append(link.name());
            out.append(link.kind().isEmpty() ? "" : " " + link.kind());
            link.lower().ifPresent(lower -> out.append(" on ").append(lower));
            link.master().ifPresent(master -> out.append(" in ").append(master));
            out.append(link.up() ? " up" : " down").append(" mtu ").append(link.mtu());
            link.mode().ifPresent(mode -> out.append(" mode ").append(mode));
            out.append(link.ours() ? " ours " : " ").append(link.addresses()).append('\n');
        }
    }

    private void tree(String heading, RootTree tree) {
        out.append(heading).append('\n');
        tree.nodes().forEach((path, node) -> {
            // PID 1 leaves empty ones of these.
            if (!(node instanceof Directory) || !path.startsWith(FakeFiles.RUNTIME_UNITS)) {
                out.append("  /").append(path).append(described(node)).append('\n');
            }
        });
    }

    private static String described(Node node) {
        if (node instanceof Directory) {
            return "/";
        }
        if (node instanceof Link link) {
            return " -> " + link.target();
        }
        FileNode file = (FileNode) node;
        String text = new String(file.content(), StandardCharsets.UTF_8);
        String mode = String.format(Locale.ROOT, " %04o ", file.mode() & MODE);
        return mode + '"' + text.replace("\n", "\\n") + '"';
    }

    /** Machine ids are random: each is written as whose it is. Two roots with the same one show the same name. */
    private String withoutMachineIds(String text) {
        String named = text;
        for (Map.Entry<String, FakeRoot> root : parts.pool.roots().entrySet()) {
            String id = root.getValue().text("etc/machine-id").orElse("").strip();
            if (id.length() == 32 && !root.getValue().isSealed()) {
                named = named.replace(id, "<machine-id of " + root.getKey() + ">");
            }
        }
        return named;
    }
}
