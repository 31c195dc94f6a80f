package io.nspawn.testkit;

import io.nspawn.model.MachineName;
import io.nspawn.testkit.RootTree.FileNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Drop-ins of units, as they are on disk and as PID 1 read them last. */
final class UnitFiles {
    private final FakeFiles files;
    private NavigableMap<String, String> loaded = new TreeMap<>();

    UnitFiles(FakeFiles files) {
        this.files = files;
    }

    void reload() {
        loaded = onDisk();
    }

    boolean changedSinceReload(MachineName machine) {
        return !loaded(machine).equals(texts(directory(machine)));
    }

    /** The resource limits that PID 1 knows, file by file. */
    List<String> loadedLimits(MachineName machine) {
        List<String> limits = new ArrayList<>();
        for (String text : loaded(machine).values()) {
            IniText dropIn = new IniText(text);
            for (String key : List.of("MemoryMax", "TasksMax", "CPUQuota", "DeviceAllow")) {
                dropIn.values("Service", key).forEach(value -> limits.add(key + "=" + value));
            }
        }
        return limits;
    }

    private Map<String, String> loaded(MachineName machine) {
        return loaded.subMap(directory(machine), true, after(directory(machine)), false);
    }

    private NavigableMap<String, String> onDisk() {
        return texts(FakeFiles.UNITS + "/");
    }

    private NavigableMap<String, String> texts(String directory) {
        NavigableMap<String, String> texts = new TreeMap<>();
        files.tree().nodes().subMap(directory, true, after(directory), false).forEach((path, node) -> {
            if (path.endsWith(".conf") && node instanceof FileNode file) {
                texts.put(path, new String(file.content(), StandardCharsets.UTF_8));
            }
        });
        return texts;
    }

    private static String directory(MachineName machine) {
        return FakeFiles.UNITS + "/" + machine.unit() + ".d/";
    }

    /** The first path behind all those that a directory's, with its slash, begins. */
    private static String after(String directory) {
        return directory.substring(0, directory.length() - 1) + (char) ('/' + 1);
    }
}
