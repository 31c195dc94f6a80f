package io.nspawn.config.nspawn;

import io.nspawn.config.InvalidFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A set of capabilities (capabilities(7)).
 *
 * @param bits bit {@code n} stands for capability {@code n}; all 64 are set for {@code all}
 */
public record CapabilitySet(long bits) {
    public static final CapabilitySet NONE = new CapabilitySet(0);

    /** What {@code all} stands for, with the capabilities that no kernel has yet. */
    public static final CapabilitySet ALL = new CapabilitySet(-1);

    /** What nspawn gives to every container (systemd-nspawn(1), {@code --capability=}). */
    public static final CapabilitySet DEFAULT = new CapabilitySet(0xfdecafffL);

    private static final List<String> NAMES = List.of(
            "chown",
            "dac_override",
            "dac_read_search",
            "fowner",
            "fsetid",
            "kill",
            "setgid",
            "setuid",
            "setpcap",
            "linux_immutable",
            "net_bind_service",
            "net_broadcast",
            "net_admin",
            "net_raw",
            "ipc_lock",
            "ipc_owner",
            "sys_module",
            "sys_rawio",
            "sys_chroot",
            "sys_ptrace",
            "sys_pacct",
            "sys_admin",
            "sys_boot",
            "sys_nice",
            "sys_resource",
            "sys_time",
            "sys_tty_config",
            "mknod",
            "lease",
            "audit_write",
            "audit_control",
            "setfcap",
            "mac_override",
            "mac_admin",
            "syslog",
            "wake_alarm",
            "block_suspend",
            "audit_read",
            "perfmon",
            "bpf",
            "checkpoint_restore");

    /**
     * The set of some names, in any case, with their {@code CAP_}.
     *
     * @throws IllegalArgumentException for a name that is none
     */
    public static CapabilitySet of(String... names) {
        long bits = 0;
        for (String name : names) {
            int number = numberOf(name);
            if (number < 0) {
                throw new InvalidFileException(
                        0, "Capability", "does not take \"" + name + '"', "it takes names such as CAP_NET_ADMIN");
            }
            bits |= 1L << number;
        }
        return new CapabilitySet(bits);
    }

    public boolean isEmpty() {
        return bits == 0;
    }

    public CapabilitySet with(CapabilitySet other) {
        return new CapabilitySet(bits | other.bits);
    }

    public CapabilitySet without(CapabilitySet other) {
        return new CapabilitySet(bits & ~other.bits);
    }

    /** The words for it as the file has them: names, numbers where there is no name, or {@code all}. */
    public List<String> words() {
        if (bits == -1) {
            return List.of("all");
        }
        List<String> words = new ArrayList<>();
        for (int number = 0; number < Long.SIZE; number++) {
            if ((bits >>> number & 1) != 0) {
                words.add(
                        number < NAMES.size()
                                ? "CAP_" + NAMES.get(number).toUpperCase(Locale.ROOT)
                                : Integer.toString(number));
            }
        }
        return words;
    }

    /** The number of a name with {@code CAP_} in any case; -1 for none. */
    static int numberOf(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("cap_") ? NAMES.indexOf(lower.substring(4)) : -1;
    }

    @Override
    public String toString() {
        return String.join(" ", words());
    }
}
