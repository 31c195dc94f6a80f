package io.nspawn.testkit;

import io.nspawn.model.MachineName;
import io.nspawn.model.Size;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.spi.ImageStore;
import io.nspawn.testkit.Faults.Call;
import io.nspawn.testkit.Faults.Strike;
import io.nspawn.testkit.RootTree.Directory;
import io.nspawn.testkit.RootTree.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A fake host as text for somebody who asks why a test failed: what went wrong first, then a line for each container, then
 * what else there is. Reading it is no operation: no fault strikes.
 */
final class FakeReport {
    /** How every report begins. */
    static final String HEADING = "host in memory at ";

    private static final int JOURNAL_LINES = 8;
    private static final int CALLS = 15;

    private final StringBuilder out = new StringBuilder();
    private final FakeParts parts;

    FakeReport(FakeParts parts) {
        this.parts = parts;
    }

    String text() {
        line(HEADING + parts.clock.now() + ", systemd " + parts.control.version());
        faults();
        calls();
        containers();
        images();
        section("roots half-made or half-removed", hidden());
        section("links", links());
        section("other files of the host", files());
        return out.toString();
    }

    private void faults() {
        List<Strike> struck = parts.faults.struck();
        line("faults that struck: " + (struck.isEmpty() ? "none" : String.valueOf(struck.size())));
        struck.forEach(strike -> line("  " + strike));
        parts.faults.toCome().forEach(fault -> line("  still to come: " + fault));
    }

    private void calls() {
        List<Call> calls = parts.faults.calls();
        int first = Math.max(0, calls.size() - CALLS);
        line("last of " + calls.size() + " operations:");
        for (int i = first; i < calls.size(); i++) {
            line("  " + i + " " + calls.get(i));
        }
    }

    /** Whatever there is of a container: its root, its files, its unit. */
    private void containers() {
        Set<String> names = new TreeSet<>();
        parts.pool.roots().forEach((name, root) -> {
            if (!root.isSealed() && !name.startsWith(ImageStore.STAGING_PREFIX)) {
                names.add(name);
            }
        });
        parts.control.enabled().forEach(name -> names.add(name.value()));
        parts.machines.all().stream()
                .filter(u -> !u.isDown() || u.is("failed"))
                .forEach(u -> names.add(u.machine().value()));
        settingsFiles().forEach(names::add);
        line("containers: " + names.size());
        Table table = new Table();
        names.forEach(name -> container(table, MachineName.of(name)));
        out.append(table);
    }

    private void container(Table table, MachineName name) {
        Optional<FakeUnit> unit = parts.machines.known(name);
        Optional<FakeContainer> running = unit.flatMap(FakeUnit::container);
        List<String> notes = new ArrayList<>();
        if (parts.pool.find(name.value()).isEmpty()) {
            notes.add("no root");
        }
        if (!settingsFiles().contains(name.value())) {
            notes.add("no .nspawn file");
        }
        if (parts.unitFiles.changedSinceReload(name)) {
            notes.add("needs reload");
        }
        table.row(
                name.value(),
                unit.map(FakeUnit::state).orElse("inactive"),
                parts.control.enabled().contains(name) ? "enabled" : "disabled",
                running.map(FakeReport::addresses).orElse(""),
                String.join(", ", notes));
        unit.filter(u -> u.is("failed"))
                .ifPresent(u -> FakeJournal.tail(u.lines(), JOURNAL_LINES).forEach(table::note));
    }

    private static String addresses(FakeContainer container) {
        String text = container.interfaces().stream()
                .flatMap(i -> i.addresses().stream())
                .filter(a -> !a.address().toInetAddress().isLinkLocalAddress())
                .map(Object::toString)
                .collect(Collectors.joining(" "));
        return text.isEmpty() ? "no address" : text;
    }

    private void images() {
        line("pool: " + Size.ofBytes(parts.pool.used()) + " of " + Size.ofBytes(parts.pool.size()) + " used"
                + (parts.pool.filler() == 0 ? "" : ", " + Size.ofBytes(parts.pool.filler()) + " of it by no root"));
        String sealed = parts.pool.roots().entrySet().stream()
                .filter(root -> root.getValue().isSealed())
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        line("images: " + (sealed.isEmpty() ? "none" : sealed));
    }

    private List<String> hidden() {
        return parts.pool.roots().keySet().stream()
                .filter(name -> name.startsWith(ImageStore.STAGING_PREFIX))
                .toList();
    }

    private List<String> links() {
        return parts.network.links().stream()
                .filter(link -> !link.loopback())
                .map(FakeReport::described)
                .toList();
    }

    private static String described(HostLink link) {
        return link.name() + " " + link.kind() + (link.up() ? " up" : " down")
                + link.lower().map(lower -> " on " + lower).orElse("")
                + link.master().map(master -> " in " + master).orElse("")
                + (link.addresses().isEmpty() ? "" : " " + link.addresses());
    }

    /** What neither the installation brought nor a line above stands for. */
    private List<String> files() {
        List<String> files = new ArrayList<>();
        parts.files.tree().nodes().forEach((path, node) -> {
            boolean ofContainer = path.startsWith(FakeFiles.SETTINGS + "/") && path.endsWith(".nspawn");
            boolean dropIn = path.contains(".service.d");
            if (!parts.files.isStock(path) && !ofContainer && !dropIn) {
                String end = node instanceof Directory ? "/" : node instanceof Link link ? " -> " + link.target() : "";
                files.add("/" + path + end);
            }
        });
        return files;
    }

    private List<String> settingsFiles() {
        return parts.files.tree().list(FakeFiles.SETTINGS).stream()
                .filter(name -> name.endsWith(".nspawn"))
                .map(name -> name.substring(0, name.length() - ".nspawn".length()))
                .filter(name -> MachineName.isMappable(name)
                        && MachineName.mapped(name).value().equals(name))
                .toList();
    }

    private void section(String heading, List<String> lines) {
        if (!lines.isEmpty()) {
            line(heading + ":");
            lines.forEach(text -> line("  " + text));
        }
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
