package io.nspawn.examples.allinone;

import io.nspawn.Host;
import io.nspawn.model.NspawnException;
import io.nspawn.testkit.ExecScript;
import io.nspawn.testkit.FakeHost;
import io.nspawn.testkit.lab.LabHost;
import io.nspawn.testkit.lab.LabResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the all-in-one example. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "OpenStack-Ansible's all-in-one layout: 32 containers on five bridges of one host.")
public final class Main implements Callable<Integer> {
    private static final Duration LAB_RUN = Duration.ofMinutes(20);
    private static final Duration REBOOT = Duration.ofMinutes(10);
    /** A program of a few seconds beside containers that need every cycle for their boot: no second compiler. */
    private static final List<String> JVM = List.of(
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto");

    private static final String INSIDE_JSON = "/var/lib/nspawn-demo.json";

    static final class Where {
        @Option(names = "--lab", description = "On the disposable real host, which is thrown away after (the default).")
        boolean lab;

        @Option(names = "--here", description = "On this machine's own systemd and pool.")
        boolean here;

        @Option(names = "--memory", description = "On the in-memory host: nothing real is touched.")
        boolean memory;

        @Option(names = "--inside", hidden = true, description = "Inside the lab host.")
        boolean inside;
    }

    @ArgGroup
    Where where = new Where();

    @Option(
            names = "--containers",
            defaultValue = "32",
            description = "How many containers, 1 to 900 (${DEFAULT-VALUE}).")
    int containers;

    @Option(
            names = "--debian",
            defaultValue = "bookworm",
            description = "The lab's release: bookworm (systemd 252) or trixie (systemd 257).")
    String debian = "bookworm";

    @Option(names = "--image", description = "The image to clone, if it is not the lab's own.")
    @Nullable
    String image;

    @Option(names = "--json", description = "Write the figures to a file; on the lab host, the comparison too.")
    @Nullable
    Path json;

    @Option(names = "--compare", description = "Do the same with a shell script, in turn with the library.")
    boolean compare;

    @Option(names = "--rounds", defaultValue = "3", description = "Rounds of the comparison (${DEFAULT-VALUE}).")
    int rounds;

    @Option(
            names = "--setup",
            description = "Begin with a lab host that has no pool, image or network, and set it up with one value.")
    boolean setup;

    @Option(
            names = "--reboot",
            description = "With --setup: reboot the lab host then, and see everything come back by itself.")
    boolean reboot;

    @Option(names = "--after-reboot", hidden = true, description = "Inside the lab host, which has rebooted.")
    boolean afterReboot;

    @Option(names = "--rebooted-at", hidden = true, description = "When that was asked for.")
    Instant rebootedAt = Instant.EPOCH;

    @Option(names = "--keep", description = "Keep the containers; in the lab, until Enter is pressed.")
    boolean keep;

    @Option(names = "--terminal", hidden = true, description = "Somebody watches: bars may move.")
    boolean terminal;

    public static void main(String... arguments) {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("demo: " + failure.getMessage());
            if (!(failure instanceof NspawnException)) {
                failure.printStackTrace(command.getErr());
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (containers < 1 || containers > 900) {
            throw new IllegalArgumentException("--containers takes 1 to 900, not " + containers);
        }
        if (reboot && !setup) {
            throw new IllegalArgumentException("--reboot goes with --setup");
        }
        if (setup && (where.memory || where.here)) {
            throw new IllegalArgumentException("--setup is for the lab host, which can be had bare");
        }
        if (where.memory) {
            return inMemory();
        }
        return where.here || where.inside ? onThisHost() : inLab();
    }

    private int inMemory() throws IOException, InterruptedException {
        System.out.println("on the in-memory host: nothing real is touched, and its times mean nothing");
        String name = image == null ? "debian-12" : image;
        try (FakeHost host = FakeHost.withImages(name)) {
            host.onExec((machine, command) ->
                    command.get(0).equals("systemctl") ? Optional.of(ExecScript.Reply.ok("")) : Optional.empty());
            return show(host, "memory", name, 0);
        }
    }

    private int onThisHost() throws IOException, InterruptedException {
        String name = image == null ? "debian-12" : image;
        try (Host host = Host.local()) {
            if (afterReboot) {
                return showRebooted(host, name);
            }
            return show(host, where.inside ? "lab" : "here", name, compare ? rounds : 0);
        }
    }

    private int show(Host host, String label, String name, int compareRounds) throws IOException, InterruptedException {
        String deployed = setup ? LabSetup.deployed(name) : name;
        AllInOne.Settings settings =
                new AllInOne.Settings(label, containers, deployed, name, compareRounds, keep || reboot, terminal);
        AllInOne example = new AllInOne(host, settings, System.out);
        Figures figures = (setup ? example.setUp(LabSetup.of(containers, name)) : example).run();
        if (json != null) {
            figures.write(json);
        }
        boolean clean = figures.leftovers() == null || figures.leftovers() == 0;
        return figures.ready() == containers && figures.failedUnits() == 0 && clean ? 0 : 1;
    }

    /** What is asked for in the lab that has rebooted; its figures are added to those from before. */
    private int showRebooted(Host host, String name) throws IOException {
        AllInOne.Settings settings =
                new AllInOne.Settings("lab", containers, LabSetup.deployed(name), name, 0, true, terminal);
        int ready = new AllInOne(host, settings, System.out).awaitAfterBoot();
        Duration sinceOrder = Duration.between(rebootedAt, Instant.now());
        if (json != null) {
            Figures.read(json).rebooted(ready, Figures.seconds(sinceOrder)).write(json);
        }
        return ready == containers ? 0 : 1;
    }

    private int inLab() throws IOException, InterruptedException {
        LabHost lab = LabHost.debian(debian);
        List<String> missing = lab.missing();
        if (!missing.isEmpty()) {
            System.out.println("no lab host on this machine: " + String.join("; ", missing));
            return inMemory();
        }
        System.out.println(
                "booting the lab host (" + debian + "); the first time it is built, which takes a minute or two");
        try (lab) {
            if (setup) {
                lab.bare();
            }
            lab.start();
            LabResult result = inside(lab, insideArguments());
            if (reboot && result.exitCode() == 0) {
                result = rebooted(lab);
            }
            if (json != null && result.exitCode() == 0) {
                Files.writeString(json, lab.exec("cat", INSIDE_JSON).orThrow().stdout());
                System.out.println("figures: " + json);
            }
            if (keep) {
                System.out.println("the lab runs; look around with: nsenter -t " + lab.leader()
                        + " -m -u -i -n -p -C -- machinectl list");
                System.out.println("press Enter to end it");
                int pressed = System.in.read();
                return pressed < 0 ? 1 : result.exitCode();
            }
            return result.exitCode();
        }
    }

    private static LabResult inside(LabHost lab, List<String> arguments) {
        return lab.java(JVM, Main.class.getName(), arguments.toArray(String[]::new))
                .deadline(LAB_RUN)
                .inheritOutput()
                .run();
    }

    private LabResult rebooted(LabHost lab) {
        System.out.println("rebooting the lab host");
        List<String> arguments = new ArrayList<>(insideArguments());
        arguments.add("--after-reboot");
        arguments.add("--rebooted-at=" + Instant.now());
        lab.reboot(REBOOT);
        return inside(lab, arguments);
    }

    private List<String> insideArguments() {
        List<String> arguments = new ArrayList<>(
                List.of("--inside", "--containers=" + containers, "--debian=" + debian, "--rounds=" + rounds));
        arguments.add(
                "--image=" + (image == null ? LabHost.debian(debian).release().baseImage() : image));
        if (json != null) {
            arguments.add("--json=" + INSIDE_JSON);
        }
        if (compare || json != null) {
            arguments.add("--compare");
        }
        if (keep) {
            arguments.add("--keep");
        }
        if (setup) {
            arguments.add("--setup");
        }
        if (reboot) {
            arguments.add("--reboot");
        }
        if (terminal) {
            arguments.add("--terminal");
        }
        return arguments;
    }
}
