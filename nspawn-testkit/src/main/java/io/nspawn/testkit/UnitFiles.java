package io.nspawn.testkit;

import io.nspawn.model.MachineName;
import io.nspawn.testkit.RootTree.FileNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Drop-ins of units, as they are on disk and as PID 1 read them last. */
final class UnitFiles {
    private static final List<String> DIRECTORIES = List.of(FakeFiles.UNITS, FakeFiles.RUNTIME_UNITS);

    private final FakeFiles files;
    private final NavigableMap<String, String> loaded = new TreeMap<>();

    UnitFiles(FakeFiles files) {
        this.files = files;
    }

    void reload() {
        loaded.clear();
        DIRECTORIES.forEach(directory -> loaded.putAll(texts(directory + "/")));
    }

    /** What PID 1 wrote itself, it knows. */
    void set(String path, String text) {
        files.tree().write(path, text.getBytes(StandardCharsets.UTF_8), 0644);
        loaded.put(path, text);
    }

    boolean changedSinceReload(MachineName machine) {
        return DIRECTORIES.stream()
                .map(directory -> dropIns(directory, machine))
                .anyMatch(directory -> !loaded(directory).equals(texts(directory)));
    }

    /** The resource limits that PID 1 knows; of a key that has one value, the last. */
    List<String> loadedLimits(MachineName machine) {
        List<String> limits = new ArrayList<>();
        for (String text : loaded(machine).values()) {
            IniText dropIn = new IniText(text);
            for (String key : List.of("MemoryMax", "TasksMax", "CPUQuota")) {
                dropIn.last("Service", key).ifPresent(value -> {
                    limits.removeIf(limit -> limit.startsWith(key + "="));
                    limits.add(key + "=" + value);
                });
            }
            dropIn.values("Service", "DeviceAllow").forEach(value -> limits.add("DeviceAllow=" + value));
        }
        return limits;
    }

    /** Drop-ins are read in the order of their names, whatever directory they are in (systemd.unit(5)). */
    private Map<String, String> loaded(MachineName machine) {
        Map<String, String> its =
                new TreeMap<>(Comparator.comparing(UnitFiles::fileName).thenComparing(Comparator.naturalOrder()));
        DIRECTORIES.forEach(directory -> its.putAll(loaded(dropIns(directory, machine))));
        return its;
    }

    private Map<String, String> loaded(String directory) {
        return loaded.subMap(directory, true, after(directory), false);
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

    private static String dropIns(String directory, MachineName machine) {
        return directory + "/" + machine.unit() + ".d/";
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The first path behind all those that a directory's, with its slash, begins. */
    private static String after(String directory) {
        return directory.substring(0, directory.length() - 1) + (char) ('/' + 1);
    }
}
