package io.nspawn.testkit;

import io.nspawn.model.MachineName;
import io.nspawn.testkit.RootTree.FileNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Drop-ins of units, as they are on disk and as PID 1 read them last. */
final class UnitFiles {
    private final FakeFiles files;
    private Map<String, String> loaded = Map.of();

    UnitFiles(FakeFiles files) {
        this.files = files;
    }

    void reload() {
        loaded = onDisk();
    }

    /** What PID 1 wrote itself, it knows. */
    void set(String path, String text) {
        files.tree().write(path, text.getBytes(StandardCharsets.UTF_8), 0644);
        Map<String, String> more = new TreeMap<>(loaded);
        more.put(path, text);
        loaded = Map.copyOf(more);
    }

    boolean changedSinceReload(MachineName machine) {
        return !of(machine, loaded).equals(of(machine, onDisk()));
    }

    /** The resource limits that PID 1 knows, file by file. */
    List<String> loadedLimits(MachineName machine) {
        List<String> limits = new ArrayList<>();
        for (String text : of(machine, loaded).values()) {
            IniText dropIn = new IniText(text);
            for (String key : List.of("MemoryMax", "TasksMax", "CPUQuota", "DeviceAllow")) {
                dropIn.values("Service", key).forEach(value -> limits.add(key + "=" + value));
            }
        }
        return limits;
    }

    private Map<String, String> onDisk() {
        Map<String, String> texts = new TreeMap<>();
        files.tree().nodes().forEach((path, node) -> {
            boolean ofUnits = path.startsWith(FakeFiles.UNITS + "/") || path.startsWith(FakeFiles.RUNTIME_UNITS + "/");
            if (ofUnits && path.endsWith(".conf") && node instanceof FileNode file) {
                texts.put(path, new String(file.content(), StandardCharsets.UTF_8));
            }
        });
        return texts;
    }

    private static Map<String, String> of(MachineName machine, Map<String, String> texts) {
        String directory = "/" + machine.unit() + ".d/";
        Map<String, String> its =
                new TreeMap<>(Comparator.comparing(UnitFiles::fileName).thenComparing(path -> path));
        texts.forEach((path, text) -> {
            if (path.contains(directory)) {
                its.put(path, text);
            }
        });
        return its;
    }

    /** Drop-ins are read in the order of their names, whatever directory they are in (systemd.unit(5)). */
    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
