package io.nspawn.local;

import io.nspawn.model.NotFoundException;
import io.nspawn.model.Signal;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The processes in a container, as the host numbers them: its first one and all below it, for what is orphaned inside
 * becomes the first one's child. Neither machined nor PID 1 can signal them without systemd-nspawn, which a signal that
 * it does not expect would end.
 *
 * @param supervisor the systemd-nspawn outside
 * @param leader the container's first process
 */
record InsideProcesses(Supervisor supervisor, long leader) {
    private record Member(long pid, long parent) {}

    /** Whether the first process is systemd-nspawn's own, which it runs as an init for an application. */
    boolean hasStub() {
        return supervisor.isItself(leader);
    }

    /** Signals the init of a booted container, or the program of an application; false if that has ended. */
    boolean signalFirst(Native os, Signal signal) {
        if (!hasStub()) {
            return signal(os, new Member(leader, supervisor.pid()), signal);
        }
        Optional<Long> program = children(leader).stream().findFirst();
        return program.isPresent() && signal(os, new Member(program.get(), leader), signal);
    }

    /** Signals all but systemd-nspawn's own; the deepest first, so that what ends early orphans nobody. */
    void signalAll(Native os, Signal signal) {
        Deque<Member> found = new ArrayDeque<>();
        List<Member> next = new ArrayList<>(List.of(new Member(leader, supervisor.pid())));
        while (!next.isEmpty()) {
            List<Member> below = new ArrayList<>();
            for (Member process : next) {
                found.addFirst(process);
                children(process.pid()).forEach(child -> below.add(new Member(child, process.pid())));
            }
            next = below;
        }
        found.stream()
                .filter(process -> process.pid() != leader || !hasStub())
                .forEach(process -> signal(os, process, signal));
    }

    /** A number may be another process's by now: what is held is checked before it is signalled. */
    private static boolean signal(Native os, Member process, Signal signal) {
        int held;
        try {
            held = os.openProcess(Math.toIntExact(process.pid()));
        } catch (NotFoundException e) {
            return false;
        }
        try {
            if (!children(process.parent()).contains(process.pid())) {
                return false;
            }
            os.sendSignal(held, signal.number(), "process " + process.pid());
            return true;
        } catch (NotFoundException e) {
            return false;
        } finally {
            os.close(held);
        }
    }

    /** The children of all its threads. */
    private static List<Long> children(long pid) {
        List<Long> children = new ArrayList<>();
        Path threads = Path.of("/proc", Long.toString(pid), "task");
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(threads)) {
            for (Path thread : entries) {
                for (String word : Files.readString(thread.resolve("children")).split(" ", -1)) {
                    if (!word.isBlank()) {
                        children.add(Long.parseLong(word.strip()));
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // It ended while it was looked at, and its children with it or to another.
            return children;
        }
        return children;
    }
}
