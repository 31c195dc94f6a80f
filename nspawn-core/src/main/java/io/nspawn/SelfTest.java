package io.nspawn;

import io.nspawn.host.Readiness;
import io.nspawn.host.ReadinessCheck;
import io.nspawn.internal.Json;
import io.nspawn.internal.LibraryVersion;
import io.nspawn.local.LocalHost;
import io.nspawn.local.Probe;
import io.nspawn.local.Probe.Level;
import io.nspawn.local.SelfProbes;
import io.nspawn.spi.HostPorts;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Says what this machine and this JVM have for containers, to be pasted into a bug report: versions, privileges, native
 * code, features of the kernel, systemd's services, descriptor passing, readiness. Changes nothing.
 *
 * <pre>
 * java -cp 'LIBRARIES/*' io.nspawn.SelfTest [--json]
 * java -p LIBRARIES -m io.nspawn.core [--json]
 * </pre>
 *
 * <p>It needs no privilege, and says what it could not look at without root. Whatever fails is a line with what to do
 * about it. Exit status: 0 if containers could be run here, 1 if not, 2 for an argument that there is not.
 */
public final class SelfTest {
    private static final int USAGE = 2;

    private SelfTest() {}

    /** Prints the report and ends the JVM with the exit status. */
    public static void main(String... arguments) {
        int status;
        try {
            status = run(System.out, System.err, arguments);
        } catch (LinkageError e) {
            System.err.println("self-test: " + e + ": " + howToStart());
            status = 1;
        }
        System.exit(status);
    }

    /**
     * The command that finds the other libraries. {@code java -jar} takes this jar alone: a {@code Class-Path} in it
     * would be right only where all of them lie in one directory, and a warning of the compiler everywhere else.
     */
    private static String howToStart() {
        CodeSource source = SelfTest.class.getProtectionDomain().getCodeSource();
        try {
            Path directory = Path.of(source.getLocation().toURI()).getParent();
            try (DirectoryStream<Path> others = Files.newDirectoryStream(directory, "nspawn-btrfs-*.jar")) {
                if (others.iterator().hasNext()) {
                    return "java -jar takes one jar alone; run  java -cp '" + directory + "/*' io.nspawn.SelfTest";
                }
            }
        } catch (IOException | URISyntaxException | RuntimeException e) {
            // Where this class lies is not known, and the general way works everywhere.
        }
        return "the libraries that nspawn-core needs are not on the class path; in a Maven project that has it, run"
                + "  mvn dependency:copy-dependencies && java -cp 'target/dependency/*' io.nspawn.SelfTest";
    }

    /** Prints the report and returns the exit status. */
    static int run(PrintStream out, PrintStream err, String... arguments) {
        boolean json = arguments.length == 1 && arguments[0].equals("--json");
        if (arguments.length > 0 && !json) {
            err.println("usage: io.nspawn.SelfTest [--json]");
            return USAGE;
        }
        List<Probe> probes = new ArrayList<>();
        probes.add(Probe.of("library", () -> new Probe("library", Level.OK, LibraryVersion.text(), "")));
        probes.addAll(SelfProbes.look());
        probes.addAll(readiness());
        boolean ready = probes.stream().noneMatch(probe -> probe.level() == Level.ERROR);
        out.print(json ? json(probes, ready) : text(probes, ready));
        out.flush();
        return ready ? 0 : 1;
    }

    /** What {@link Host#readiness} finds for one container, unless no host can be opened at all. */
    private static List<Probe> readiness() {
        List<Probe> found = new ArrayList<>();
        Probe opened = Probe.of("host", () -> {
            try (HostPorts ports = LocalHost.open()) {
                Readiness.Report report = new Readiness(ports).forContainers(1);
                report.checks().stream()
                        .filter(check -> !check.isOk())
                        .map(SelfTest::probe)
                        .forEach(found::add);
                return new Probe("host", Level.OK, "opens; " + report.checks().size() + " things were looked at", "");
            }
        });
        found.add(0, opened);
        return found;
    }

    private static Probe probe(ReadinessCheck check) {
        Level level = check.level() == ReadinessCheck.Level.ERROR ? Level.ERROR : Level.WARNING;
        String found = "is " + check.found() + ", needed " + check.needed() + ": " + check.why();
        return new Probe(check.subject(), level, found, check.remedy());
    }

    private static String text(List<Probe> probes, boolean ready) {
        StringBuilder text = new StringBuilder("nspawn self-test\n");
        for (Probe probe : probes) {
            String level = probe.level() == Level.ERROR
                    ? "ERROR"
                    : probe.level().name().toLowerCase(Locale.ROOT);
            text.append(String.format("  %-8s%s: %s%n", level, probe.subject(), oneLine(probe.found())));
            if (!probe.remedy().isEmpty()) {
                text.append(String.format("          to do: %s%n", oneLine(probe.remedy())));
            }
        }
        return text.append(summary(probes, ready)).append('\n').toString();
    }

    private static String summary(List<Probe> probes, boolean ready) {
        if (ready) {
            return "Containers can be run here.";
        }
        Optional<Probe> first =
                probes.stream().filter(probe -> probe.level() == Level.ERROR).findFirst();
        return "No containers can be run here: " + first.map(SelfTest::sentence).orElse("");
    }

    private static String sentence(Probe probe) {
        String found = probe.subject() + ": " + oneLine(probe.found());
        return (found.endsWith(".") ? found : found + ".") + " " + oneLine(probe.remedy());
    }

    private static String json(List<Probe> probes, boolean ready) {
        List<Object> checks = new ArrayList<>();
        for (Probe probe : probes) {
            Map<String, Object> check = new LinkedHashMap<>();
            check.put("subject", probe.subject());
            check.put("level", probe.level().name().toLowerCase(Locale.ROOT));
            check.put("found", probe.found());
            check.put("remedy", probe.remedy());
            checks.add(check);
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("ready", ready);
        report.put("summary", summary(probes, ready));
        report.put("checks", checks);
        return Json.write(report);
    }

    private static String oneLine(String text) {
        return text.strip().replace("\n", " | ");
    }
}
