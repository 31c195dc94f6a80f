package io.nspawn.examples.allinone;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.deploy.DeployReport;
import io.nspawn.examples.ProgressLine;
import io.nspawn.host.HostSetup;
import io.nspawn.host.Readiness;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.ExecResult;
import io.nspawn.model.MachineName;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Size;
import io.nspawn.net.Prefix;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deploys the all-in-one layout on a host, shows it, proves that it works, deploys it again and removes it.
 *
 * <p>The same code runs on a real host and on the one in memory; only what looks at a host from outside
 * ({@link HostTraces}, {@link ShellPeer}) is for real ones.
 */
final class AllInOne {
    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final Duration READY = Duration.ofSeconds(60);

    private final Host host;
    private final Settings settings;
    private final PrintStream out;
    private Optional<Duration> preparation = Optional.empty();

    /**
     * What to do.
     *
     * @param label {@code lab}, {@code here} or {@code memory}
     * @param shellImage the image that the shell clones
     * @param compareRounds how often the shell does the same for comparison, 0 for not at all
     * @param keep whether the containers stay
     * @param terminal whether somebody watches, so that bars may move
     */
    record Settings(
            String label,
            int containers,
            String image,
            String shellImage,
            int compareRounds,
            boolean keep,
            boolean terminal) {
        boolean isReal() {
            return !label.equals("memory");
        }
    }

    /** One deploy and what it came to. */
    private record Deployed(DeployReport report, Duration ready, int readyCount, long empty, Figures.Bytes growth) {}

    AllInOne(Host host, Settings settings, PrintStream out) {
        this.host = host;
        this.settings = settings;
        this.out = out;
    }

    /** Turns a bare host into one that can carry the containers; then once more, which must change nothing. */
    AllInOne setUp(HostSetup setup) {
        host.planSetUp(setup).forEach(change -> out.println("plan: " + change));
        long start = System.nanoTime();
        host.setUp(setup, change -> out.println("set up: " + change));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        preparation = Optional.of(took);
        out.printf("the host is set up in %.2f s%n", Figures.seconds(took));
        List<String> again = host.planSetUp(setup);
        if (!again.isEmpty() || !host.setUp(setup, change -> {}).isEmpty()) {
            throw new IllegalStateException("a second setup would change the host: " + again);
        }
        return this;
    }

    /** Waits for what a boot of the host starts by itself. Returns how many are up with all their addresses. */
    int awaitAfterBoot() {
        List<ContainerSpec> specs = Layout.specs(settings.containers(), settings.image());
        awaitReady(specs);
        int ready = countReady(specs);
        out.printf("%d of %d ready after the reboot, with nobody's help%n", ready, specs.size());
        ping(specs);
        return ready;
    }

    Figures run() throws IOException, InterruptedException {
        out.printf(
                "systemd %s, %d containers of image %s%n",
                host.systemdVersion(), settings.containers(), settings.image());
        prepare();
        List<ContainerSpec> specs = Layout.specs(settings.containers(), settings.image());
        List<MachineName> names = specs.stream().map(ContainerSpec::machine).toList();
        Set<String> before = settings.isReal() ? HostTraces.now() : Set.of();
        host.network().apply(Layout.topology()).forEach(change -> out.println("network: " + change));

        List<Double> shell = new ArrayList<>();
        List<Double> library = new ArrayList<>();
        for (int round = 0; round < settings.compareRounds(); round++) {
            shell.add(shellRound(specs));
            Deployed ours = deploy(specs);
            library.add(Figures.seconds(ours.ready()));
            out.printf("round %d: this library %.2f s%n", round + 1, Figures.seconds(ours.ready()));
            host.removeAll(names, progress -> {});
        }

        Deployed deployed = deploy(specs);
        library.add(Figures.seconds(deployed.ready()));
        List<Table.Row> rows = rows(names);
        new Table(out).print(rows);
        new Table(out).printTotals(rows, deployed.empty(), deployed.growth().ready() * names.size());
        int failedUnits = failedUnits(names);
        out.printf("%d of %d ready, %d failed units inside%n", deployed.readyCount(), names.size(), failedUnits);
        ping(specs);
        Duration second = secondDeploy(specs);
        return finish(names, before, library, shell, deployed, failedUnits, second);
    }

    private Figures finish(
            List<MachineName> names,
            Set<String> before,
            List<Double> library,
            List<Double> shell,
            Deployed deployed,
            int failedUnits,
            Duration second) {
        Double remove = null;
        Integer leftovers = null;
        if (settings.keep()) {
            out.println("kept: " + names.size() + " containers run on; remove them with Host.removeAll or machinectl");
        } else {
            remove = remove(names);
            if (settings.isReal()) {
                leftovers = leftovers(before);
            }
        }
        return new Figures(
                settings.label(),
                String.valueOf(host.systemdVersion().major()),
                names.size(),
                deployed.readyCount(),
                failedUnits,
                new Figures.Seconds(
                        Figures.seconds(deployed.report().provision()),
                        median(library),
                        Figures.seconds(second),
                        remove,
                        shell.isEmpty() ? null : median(shell),
                        preparation.map(Figures::seconds).orElse(null),
                        null),
                deployed.growth(),
                leftovers,
                null);
    }

    private void prepare() {
        Readiness.Report report = host.readiness().forContainers(settings.containers());
        if (report.isOk()) {
            out.println("readiness: the host can carry them");
            return;
        }
        report.findings().forEach(finding -> out.println("readiness: " + finding));
        report.fix().forEach(change -> out.println("readiness: " + change));
        host.readiness().forContainers(settings.containers()).requireOk();
    }

    private double shellRound(List<ContainerSpec> specs) throws IOException, InterruptedException {
        double seconds = Figures.seconds(new ShellPeer(specs, settings.shellImage(), host.systemdVersion()).run());
        out.printf("shell: %d containers ready in %.2f s%n", specs.size(), seconds);
        return seconds;
    }

    private Deployed deploy(List<ContainerSpec> specs) {
        long[] cloned = new long[1];
        host.images().settle(SETTLE);
        long empty = host.images().space().used();
        long start = System.nanoTime();
        DeployReport report;
        try (ProgressLine line = new ProgressLine(out, settings.terminal())) {
            report = host.deployAll(specs, progress -> {
                if (progress.phase().equals("reload")) {
                    cloned[0] = host.images().space().used();
                }
                line.accept(progress);
            });
        }
        awaitReady(specs);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        int ready = countReady(specs);
        host.images().settle(SETTLE);
        long full = host.images().space().used();
        Figures.Bytes growth = new Figures.Bytes((cloned[0] - empty) / specs.size(), (full - empty) / specs.size());
        out.printf(
                "provisioned in %.2f s, inits up in %.2f s, %d of %d ready with their addresses in %.2f s; the pool grew by %s a container when cloned, %s when ready%n",
                Figures.seconds(report.provision()),
                Figures.seconds(report.total()),
                ready,
                specs.size(),
                Figures.seconds(took),
                Size.ofBytes(Math.max(0, growth.cloned())),
                Size.ofBytes(Math.max(0, growth.ready())));
        return new Deployed(report, took, ready, empty, growth);
    }

    private void awaitReady(List<ContainerSpec> specs) {
        try {
            host.awaitAllReady(specs.stream().map(ContainerSpec::machine).toList(), READY);
        } catch (NspawnException e) {
            out.println(e.getMessage());
        }
    }

    /** How many are up with all the addresses that their specs give them. */
    private int countReady(List<ContainerSpec> specs) {
        List<ContainerStatus> statuses =
                host.statuses(specs.stream().map(ContainerSpec::machine).toList());
        int ready = 0;
        for (int i = 0; i < specs.size(); i++) {
            List<Prefix> wanted = specs.get(i).nics().stream()
                    .flatMap(nic -> nic.addresses().stream())
                    .toList();
            boolean up = statuses.get(i).state() == ContainerState.READY;
            ready += up && new HashSet<>(statuses.get(i).addresses()).containsAll(wanted) ? 1 : 0;
        }
        return ready;
    }

    private List<Table.Row> rows(List<MachineName> names) {
        List<Table.Row> rows = new ArrayList<>();
        for (ContainerStatus status : host.statuses(names)) {
            rows.add(new Table.Row(status, host.container(status.machine()).ownBytes()));
        }
        return rows;
    }

    private int failedUnits(List<MachineName> names) {
        int failed = 0;
        for (MachineName name : names) {
            ExecResult units =
                    host.container(name).exec("systemctl", "list-units", "--failed", "--plain", "--no-legend");
            if (!units.ok()) {
                throw new IllegalStateException("systemctl in " + name + " failed: " + units.stderr());
            }
            List<String> lines =
                    units.stdout().lines().filter(l -> !l.isBlank()).toList();
            lines.forEach(line -> out.println(name + ": failed unit " + line));
            failed += lines.size();
        }
        return failed;
    }

    /** The first two containers reach each other over br-mgmt, which is the first network of each. */
    private void ping(List<ContainerSpec> specs) {
        if (specs.size() < 2) {
            return;
        }
        Container from = host.container(specs.get(0).machine());
        ContainerSpec last = specs.get(specs.size() - 1);
        for (ContainerSpec to : new LinkedHashSet<>(List.of(specs.get(1), last))) {
            String address = to.nics().get(0).addresses().get(0).address().toString();
            ExecResult ping = from.exec("ping", "-c", "1", "-W", "5", address);
            if (!ping.ok()) {
                throw new IllegalStateException(
                        from + " cannot reach " + address + ": " + ping.stdout() + ping.stderr());
            }
            out.printf("ping from %s to %s (%s) over br-mgmt: ok%n", from, to.machine(), address);
        }
    }

    private Duration secondDeploy(List<ContainerSpec> specs) {
        long start = System.nanoTime();
        DeployReport report = host.deployAll(specs, progress -> {});
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        out.printf(
                "second deploy: %d steps unchanged, %d changed, in %.2f s%n",
                report.unchanged(), report.changed(), Figures.seconds(took));
        if (report.changed() != 0) {
            throw new IllegalStateException("a second deploy changed the host:\n" + report.plan());
        }
        return took;
    }

    private double remove(List<MachineName> names) {
        long start = System.nanoTime();
        try (ProgressLine line = new ProgressLine(out, settings.terminal())) {
            host.removeAll(names, line);
        }
        double seconds = Figures.seconds(Duration.ofNanos(System.nanoTime() - start));
        host.network().remove(Layout.topology());
        out.printf("removed %d containers in %.2f s%n", names.size(), seconds);
        return seconds;
    }

    private int leftovers(Set<String> before) {
        Set<String> left = HostTraces.now();
        left.removeAll(before);
        left.forEach(trace -> out.println("left behind: " + trace));
        out.println(left.size() + " leftovers");
        return left.size();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : Math.round((sorted.get(middle - 1) + sorted.get(middle)) * 500) / 1000.0;
    }
}
