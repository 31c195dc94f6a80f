package io.nspawn.testkit;

import io.nspawn.model.ExecResult;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Outcome;
import io.nspawn.model.UnsupportedException;
import io.nspawn.spi.Inside;
import io.nspawn.spi.JournalFollower;
import io.nspawn.spi.Terminal;
import io.nspawn.testkit.RootTree.FileNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The inside of one container of a fake. */
final class FakeInside implements Inside {
    private final FakeParts parts;
    private final MachineName machine;

    FakeInside(FakeParts parts, MachineName machine) {
        this.parts = parts;
        this.machine = machine;
    }

    @Override
    public ExecResult exec(ExecSpec spec, Duration deadline) {
        List<ExecResult> results = new ArrayList<>();
        parts.faults.around(Operation.EXEC, machine, () -> {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedOperationException(
                        Failure.of("exec in", machine.value(), "the thread was interrupted")
                                .outcome(Outcome.UNKNOWN));
            }
            results.add(parts.exec.run(machine, spec, deadline));
        });
        return results.get(0);
    }

    @Override
    public Terminal shell(String user, List<String> command, Map<String, String> environment) {
        List<Terminal> opened = new ArrayList<>();
        parts.faults.around(Operation.SHELL, machine, () -> {
            requireBus();
            List<String> words = command.isEmpty() ? List.of("/bin/sh") : command;
            ExecSpec spec = ExecSpec.of(words).user(user);
            for (Map.Entry<String, String> variable : environment.entrySet()) {
                spec = spec.environment(variable.getKey(), variable.getValue());
            }
            opened.add(new FakeTerminal(parts.exec.shown(machine, spec)));
        });
        return opened.get(0);
    }

    @Override
    public void copyTo(Path source, String target, boolean replace, Duration deadline) {
        String inside = absolute(target);
        parts.faults.around(
                Operation.COPY,
                machine,
                () -> TreeCopy.copy(parts.files.tree(), host(source), running(), inside, replace));
    }

    @Override
    public void copyFrom(String source, Path target, boolean replace, Duration deadline) {
        String inside = absolute(source);
        parts.faults.around(
                Operation.COPY,
                machine,
                () -> TreeCopy.copy(running(), inside, parts.files.tree(), host(target), replace));
    }

    @Override
    public InputStream read(String path) {
        return running()
                .find(absolute(path))
                .filter(FileNode.class::isInstance)
                .map(file -> new ByteArrayInputStream(((FileNode) file).content()))
                .orElseThrow(() -> new NotFoundException(Failure.of("read", path, "is no regular file")));
    }

    @Override
    public void write(String path, InputStream content, int mode) {
        String inside = absolute(path);
        parts.faults.around(Operation.COPY, machine, () -> {
            RootTree tree = running();
            TreeCopy.requireParent(tree, inside);
            try {
                tree.write(inside, content.readAllBytes(), mode);
            } catch (IOException e) {
                throw new UncheckedIOException("writing " + path + " in " + machine + " failed", e);
            }
        });
    }

    @Override
    public void bind(Path source, String target, boolean readOnly) {
        parts.faults.around(Operation.BIND, machine, () -> {
            RootTree tree = running();
            if (ContainerSettings.of(parts.files, machine).hasUserNamespace()) {
                throw new UnsupportedException(
                        Failure.of("bind into", machine.value(), "nothing can be bound into a user namespace that runs")
                                .remedy("Name the bind in the container's spec and deploy it again."));
            }
            TreeCopy.copy(parts.files.tree(), host(source), tree, absolute(target), true);
        });
    }

    @Override
    public List<JournalEntry> journal(JournalQuery query, Duration deadline) {
        requireBus();
        return FakeJournal.last(FakeJournal.chosen(parts.journal.inside(machine), query), query.lines());
    }

    @Override
    public JournalFollower followJournal(JournalQuery query) {
        requireBus();
        FakeFollower follower =
                new FakeFollower(() -> parts.journal.inside(machine), this::requireBus, query, parts.clock);
        return Serialized.port(JournalFollower.class, follower, parts.monitor, parts.watches::look);
    }

    private RootTree running() {
        container();
        return parts.pool.get("enter", machine.value()).tree();
    }

    private FakeContainer container() {
        return Optional.ofNullable(parts.machines.running().get(machine))
                .orElseThrow(() -> new NotFoundException(Failure.of("enter", machine.value(), "it does not run")
                        .named("org.freedesktop.machine1.NoSuchMachine")
                        .remedy("Start it first.")));
    }

    private void requireBus() {
        if (!container().boots()) {
            throw new HostFailureException(Failure.of("enter", machine.value(), "no bus answers inside")
                    .remedy("The container needs a running systemd and D-Bus inside."));
        }
    }

    private static String host(Path path) {
        String text = path.toString().replace('\\', '/');
        return text.startsWith("/") ? text.substring(1) : text;
    }

    /** Without the slash, as the tree has it. */
    private static String absolute(String path) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a path inside is absolute, not \"" + path + '"');
        }
        return path.substring(1);
    }
}
