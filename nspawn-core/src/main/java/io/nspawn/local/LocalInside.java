package io.nspawn.local;

import io.nspawn.dbus.Machined;
import io.nspawn.model.ExecResult;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.Failure;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.MachineName;
import io.nspawn.model.UnsupportedException;
import io.nspawn.spi.Inside;
import io.nspawn.spi.JournalFollower;
import io.nspawn.spi.Terminal;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The inside of a container of this machine. */
final class LocalInside implements Inside {
    private static final Duration FOR_EVER = Duration.ofDays(3650);

    private final Native os;
    private final Machined machined;
    private final MachineName machine;

    LocalInside(Native os, Machined machined, MachineName machine) {
        this.os = os;
        this.machined = machined;
        this.machine = machine;
    }

    @Override
    public ExecResult exec(ExecSpec spec, Duration deadline) {
        try (ContainerRoot root = enter()) {
            return new Exec(os, root, spec, deadline).run();
        }
    }

    @Override
    public Terminal shell(String user, List<String> command, Map<String, String> environment) {
        try (ContainerRoot root = enter()) {
            ContainerBus.require(os, root);
            List<String> variables = environment.entrySet().stream()
                    .map(variable -> variable.getKey() + "=" + variable.getValue())
                    .toList();
            return new LocalTerminal(os, machined.openShell(machine.value(), user, command, variables));
        }
    }

    /** machined does it in a process of its own inside the container, where links lead nowhere else (machined's copy). */
    @Override
    public void copyTo(Path source, String target, boolean replace, Duration deadline) {
        machined.withTimeout(deadline)
                .copyTo(machine.value(), source.toAbsolutePath().toString(), absolute(target), replace);
    }

    @Override
    public void copyFrom(String source, Path target, boolean replace, Duration deadline) {
        machined.withTimeout(deadline)
                .copyFrom(
                        machine.value(),
                        absolute(source),
                        target.toAbsolutePath().toString(),
                        replace);
    }

    @Override
    public InputStream read(String path) {
        try (ContainerRoot root = enter()) {
            return new ContainerFiles(os, root).read(absolute(path));
        }
    }

    @Override
    public void write(String path, InputStream content, int mode) {
        try (ContainerRoot root = enter()) {
            new ContainerFiles(os, root).write(absolute(path), content, mode);
        }
    }

    @Override
    public void bind(Path source, String target, boolean readOnly) {
        try (ContainerRoot root = enter()) {
            if (root.hasUserNamespace()) {
                throw new UnsupportedException(
                        Failure.of("bind into", machine.value(), "nothing can be bound into a user namespace that runs")
                                .remedy("Name the bind in the container's spec and deploy it again."));
            }
            machined.bindMount(machine.value(), source.toAbsolutePath().toString(), absolute(target), readOnly);
        }
    }

    @Override
    public List<JournalEntry> journal(JournalQuery query, Duration deadline) {
        List<JournalEntry> entries = new ArrayList<>();
        new InsideJournal(machine, this, JournalCommand.reading(query), deadline).run(new ExportParser(entries::add));
        return List.copyOf(entries);
    }

    @Override
    public JournalFollower followJournal(JournalQuery query) {
        return FollowedJournal.start(
                machine.value(), new InsideJournal(machine, this, JournalCommand.following(query), FOR_EVER));
    }

    private ContainerRoot enter() {
        return ContainerRoot.open(
                os, machine, machined.leader(machine.value()).orElseThrow(() -> ContainerRoot.gone(machine)));
    }

    private static String absolute(String path) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a path inside is absolute, not \"" + path + '"');
        }
        return path;
    }
}
