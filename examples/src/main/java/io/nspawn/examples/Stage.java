package io.nspawn.examples;

import io.nspawn.Host;
import io.nspawn.testkit.FakeHost;
import io.nspawn.testkit.lab.LabHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where an example runs: {@code --memory}, on the host in memory, which is the default and touches nothing; {@code --lab},
 * on a real Debian host that is thrown away after; {@code --here}, on this machine itself.
 */
final class Stage {
    /** What an example does on a host, with an image that is there. */
    @FunctionalInterface
    interface Act {
        void on(Host host, String image) throws IOException, InterruptedException;
    }

    private static final String IMAGE = "debian-12";
    private static final List<String> JVM =
            List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private Stage() {}

    /**
     * Runs an example.
     *
     * @param example its class, whose {@code main} is run again inside the lab
     * @param memory what the host in memory has beside an image: links, downloads, answers of programs
     */
    static void play(Class<?> example, String[] arguments, Consumer<FakeHost> memory, Act act)
            throws IOException, InterruptedException {
        List<String> rest = new ArrayList<>(List.of(arguments));
        String where = rest.isEmpty() ? "--memory" : rest.remove(0);
        String image = rest.isEmpty() ? IMAGE : rest.remove(0);
        if (where.equals("--memory")) {
            try (FakeHost host = FakeHost.withImages(image)) {
                memory.accept(host);
                act.on(host, image);
            }
        } else if (where.equals("--here")) {
            try (Host host = Host.local()) {
                act.on(host, image);
            }
        } else if (where.equals("--lab") || where.startsWith("--lab=")) {
            inLab(example, where.equals("--lab") ? "bookworm" : where.substring("--lab=".length()));
        } else {
            throw new IllegalArgumentException("an example takes --memory, --lab or --here, not " + where);
        }
    }

    private static void inLab(Class<?> example, String release) {
        try (LabHost lab = LabHost.debian(release)) {
            System.out.println("booting the lab host (" + release + "); it is built first, once, in a minute or two");
            lab.start();
            List<String> options = new ArrayList<>(JVM);
            options.add("-D" + ProgressLine.TERMINAL + "=" + Boolean.getBoolean(ProgressLine.TERMINAL));
            int exit = lab.java(
                            options, example.getName(), "--here", lab.release().baseImage())
                    .inheritOutput()
                    .run()
                    .exitCode();
            if (exit != 0) {
                System.exit(exit);
            }
        }
    }
}
