package io.nspawn.testkit;

import java.util.Map;

/** What a stock kernel grants, before anybody raises it. */
final class KernelSettings {
    static final String INOTIFY_INSTANCES = "proc/sys/fs/inotify/max_user_instances";

    static final Map<String, String> STOCK = Map.of(
            INOTIFY_INSTANCES,
            "128",
            "proc/sys/fs/inotify/max_user_watches",
            "124983",
            "proc/sys/fs/file-max",
            "9223372036854775807",
            "proc/sys/kernel/pid_max",
            "4194304",
            "proc/sys/kernel/pty/max",
            "4096",
            "proc/sys/kernel/keys/root_maxkeys",
            "1000000");

    private KernelSettings() {}
}
