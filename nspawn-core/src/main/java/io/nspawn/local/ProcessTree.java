package io.nspawn.local;

import io.nspawn.dbus.UnitProcess;
import io.nspawn.model.ContainerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Puts the processes of a unit in order, by what proc(5) says of their parents. */
final class ProcessTree {
    private final String unit;
    private final Map<Integer, UnitProcess> processes = new TreeMap<>();
    private final Map<Integer, List<Integer>> children = new TreeMap<>();
    private final Map<Integer, OptionalInt> insidePids = new TreeMap<>();
    private final List<Integer> roots = new ArrayList<>();

    private ProcessTree(String unit) {
        this.unit = unit;
    }

    /**
     * The tree of a container.
     *
     * @param supervisor the systemd-nspawn process, which is left out
     * @param leader comes first
     */
    static List<ContainerProcess> of(String unit, List<UnitProcess> found, long supervisor, long leader) {
        ProcessTree tree = new ProcessTree(unit);
        found.stream().filter(process -> process.pid() != supervisor).forEach(p -> tree.processes.put(p.pid(), p));
        tree.processes.keySet().forEach(tree::place);
        return tree.roots.stream()
                .sorted(Comparator.comparing((Integer pid) -> pid != leader).thenComparing(pid -> pid))
                .map(tree::node)
                .toList();
    }

    private void place(int pid) {
        Map<String, String> status = status(pid);
        int parent = lastNumber(status.getOrDefault("PPid", "")).orElse(0);
        insidePids.put(pid, lastNumber(status.getOrDefault("NSpid", "")));
        if (processes.containsKey(parent)) {
            children.computeIfAbsent(parent, p -> new ArrayList<>()).add(pid);
        } else {
            roots.add(pid);
        }
    }

    private ContainerProcess node(int pid) {
        UnitProcess process = processes.getOrDefault(pid, new UnitProcess("", pid, ""));
        int start = process.controlGroup().indexOf(unit);
        String group =
                start < 0 ? process.controlGroup() : process.controlGroup().substring(start + unit.length());
        return new ContainerProcess(
                pid,
                insidePids.getOrDefault(pid, OptionalInt.empty()),
                process.command(),
                group.isEmpty() ? "/" : group,
                children.getOrDefault(pid, List.of()).stream().map(this::node).toList());
    }

    /** Empty for one that is gone. */
    private static Map<String, String> status(int pid) {
        Map<String, String> status = new TreeMap<>();
        try {
            // Its name may be any bytes.
            String text =
                    Files.readString(Path.of("/proc", Integer.toString(pid), "status"), StandardCharsets.ISO_8859_1);
            for (String line : text.lines().toList()) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    status.put(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                }
            }
        } catch (IOException e) {
            return Map.of();
        }
        return status;
    }

    private static OptionalInt lastNumber(String words) {
        String last = words.substring(words.lastIndexOf('\t') + 1).strip();
        return last.matches("[0-9]{1,9}") ? OptionalInt.of(Integer.parseInt(last)) : OptionalInt.empty();
    }
}
