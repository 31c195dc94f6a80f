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
            "1000000",
            "proc/sys/user/max_user_namespaces",
            "96365");

    /** What a kernel of Debian 12 has beside its settings. */
    static final Map<String, String> FEATURES = Map.of(
            "proc/sys/kernel/osrelease",
            "6.1.0-18-amd64",
            "proc/filesystems",
            "nodev\tproc\nnodev\ttmpfs\n\text4\n\tbtrfs",
            "sys/fs/cgroup/cgroup.controllers",
            "cpuset cpu io memory hugetlb pids rdma misc");

    /** A booted container's systemd, journald, networkd, logind, D-Bus and getty. */
    private static final long INOTIFY_PER_CONTAINER = 8;

    private static final long INOTIFY_OF_HOST = 10;

    /** How many inotify instances root has while so many containers with an init run. */
    static long inotifyInUse(long booted) {
        return INOTIFY_OF_HOST + INOTIFY_PER_CONTAINER * booted;
    }

    private KernelSettings() {}
}
