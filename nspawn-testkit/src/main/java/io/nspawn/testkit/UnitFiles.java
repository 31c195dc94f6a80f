package io.nspawn.testkit;

import io.nspawn.model.MachineName;
import io.nspawn.testkit.RootTree.FileNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
            if (path.startsWith(FakeFiles.UNITS + "/") && path.endsWith(".conf") && node instanceof FileNode file) {
                texts.put(path, new String(file.content(), StandardCharsets.UTF_8));
            }
        });
        return texts;
    }

    private static Map<String, String> of(MachineName machine, Map<String, String> texts) {
        String directory = FakeFiles.UNITS + "/" + machine.unit() + ".d/";
        Map<String, String> its = new TreeMap<>(texts);
        its.keySet().removeIf(path -> !path.startsWith(directory));
        return its;
    }
}
