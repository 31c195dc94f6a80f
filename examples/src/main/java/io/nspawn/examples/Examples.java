package io.nspawn.examples;

import io.nspawn.btrfs.BtrfsException;
import io.nspawn.examples.allinone.Main;
import io.nspawn.examples.allinone.Picture;
import io.nspawn.examples.check.CheckSettings;
import io.nspawn.model.NspawnException;
import io.nspawn.net.NetlinkException;
import io.nspawn.testkit.lab.LabException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs an example by its name: {@code ./example NAME [--memory | --lab[=bookworm|trixie] | --here]}. */
public final class Examples {
    /** A main method. */
    @FunctionalInterface
    interface Example {
        void run(String... arguments) throws Exception;
    }

    private static final int USAGE = 2;

    private Examples() {}

    /** Those that run on a {@code Host}, wherever that is. */
    static Map<String, Example> ofHosts() {
        Map<String, Example> examples = new LinkedHashMap<>();
        examples.put("first-container", FirstContainer::main);
        examples.put("application-container", ApplicationContainer::main);
        examples.put("several-networks", SeveralNetworks::main);
        examples.put("pull-and-verify", PullAndVerify::main);
        examples.put("upgrade", Upgrade::main);
        examples.put("snapshot-and-rollback", SnapshotAndRollback::main);
        examples.put("watch-events", WatchEvents::main);
        examples.put("exec-and-logs", ExecAndLogs::main);
        return examples;
    }

    /** Those that need root and the kernel, and no systemd. */
    static Map<String, Example> ofTheKernel() {
        Map<String, Example> examples = new LinkedHashMap<>();
        examples.put("btrfs", BtrfsByItself::main);
        examples.put("netlink", NetlinkByItself::main);
        return examples;
    }

    /** Those that have a command line of their own, and end the process. */
    private static Map<String, Example> programs() {
        return Map.of("all-in-one", Main::main, "picture", Picture::main, "check-settings", CheckSettings::main);
    }

    /** Runs one; what goes wrong is said in a sentence. */
    public static void main(String... arguments) throws Exception {
        Map<String, Example> all = new LinkedHashMap<>(ofHosts());
        all.putAll(ofTheKernel());
        all.putAll(programs());
        Example example = arguments.length == 0 ? null : all.get(arguments[0]);
        if (example == null) {
            System.err.println("usage: ./example NAME [--memory | --lab[=bookworm|trixie] | --here]");
            System.err.println("NAME is one of: " + String.join(", ", all.keySet()));
            System.exit(USAGE);
            return;
        }
        try {
            example.run(Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (NspawnException | BtrfsException | NetlinkException | LabException | IllegalStateException e) {
            System.err.println(arguments[0] + ": " + e.getMessage());
            System.exit(1);
        } catch (IllegalArgumentException e) {
            System.err.println(arguments[0] + ": " + e.getMessage());
            System.exit(USAGE);
        }
    }
}
