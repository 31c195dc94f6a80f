// A host for jshell: this machine as root beside a running systemd, else one in memory with three containers.
//
//     ./example jshell
//
// or, with the jars of nspawn-core, nspawn-testkit and what they need in DIRECTORY:
//
//     jshell -R--enable-native-access=ALL-UNNAMED --class-path 'DIRECTORY/*' examples/jshell/nspawn.jsh
//
// (the -R option on JDK 24 and later). Then:
//
//     host.containers()
//     var web = host.container("web")
//     web.stop()
//     host.containers()
import io.nspawn.*
import io.nspawn.host.*
import io.nspawn.model.*
import io.nspawn.testkit.FakeHost
import java.time.Duration

// A list that jshell prints as a table.
class Table extends AbstractList<Container> {
    private final List<Container> rows;
    private final String text;

    Table(Host host, List<Container> rows) {
        this.rows = rows;
        var lines = new StringJoiner("\n", "\n", "");
        lines.add(String.format("%-34s %-9s %-34s %9s %6s", "NAME", "STATE", "ADDRESSES", "MEMORY", "TASKS"));
        for (var s : host.statuses(rows.stream().map(Container::name).toList())) {
            var memory = s.memoryBytes().isPresent() ? Size.ofBytes(s.memoryBytes().getAsLong()).toString() : "-";
            var tasks = s.tasks().isPresent() ? Long.toString(s.tasks().getAsLong()) : "-";
            var addresses = s.addresses().stream().map(a -> a.address().toString()).collect(Collectors.joining(" "));
            lines.add(String.format("%-34s %-9s %-34s %9s %6s",
                s.machine(), s.state().name().toLowerCase(), addresses, memory, tasks));
        }
        text = lines.toString();
    }

    @Override public Container get(int i) { return rows.get(i); }
    @Override public int size() { return rows.size(); }
    @Override public String toString() { return text; }
}

class ShellHost extends Host {
    ShellHost(Host host) { super(host); }
    @Override public List<Container> containers() { return new Table(this, super.containers()); }
}

Host inMemory() {
    var host = FakeHost.withImages("debian-12").addLink("br-mgmt");
    var names = List.of("galera", "rabbit_mq", "web");
    for (int i = 0; i < names.size(); i++) {
        var address = "172.29.236." + (11 + i) + "/22";
        host.deploy(ContainerSpec.named(names.get(i)).image("debian-12").boots()
            .macvlan("br-mgmt", nic -> nic.address(address)).build());
    }
    host.awaitAllReady(host.containers().stream().map(Container::name).toList(), Duration.ofMinutes(1));
    return host;
}

Host open() {
    boolean systemd = java.nio.file.Files.isDirectory(java.nio.file.Path.of("/run/systemd/system"));
    if (systemd && "root".equals(System.getProperty("user.name"))) {
        System.out.println("host is this machine");
        return Host.local();
    }
    System.out.println("host is in memory: " + (systemd ? "this is not root" : "systemd does not run here"));
    return inMemory();
}

var host = new ShellHost(open())
