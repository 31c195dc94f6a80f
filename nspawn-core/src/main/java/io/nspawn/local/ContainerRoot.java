package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A container that runs, held by its first process: its file tree as it sees it itself, mounts and all, and its root
 * user as the host numbers it.
 *
 * <p>A JVM cannot enter a user namespace, having more threads than one (setns(2)). But a thread that acts as the user
 * that is root inside is taken for that root by what runs there: the kernel tells the other end of a socket who
 * connected (unix(7), SO_PEERCRED), as that one's namespace numbers it.
 */
final class ContainerRoot implements AutoCloseable {
    private final Native os;
    private final MachineName machine;
    private final int process;
    private final int directory;
    private final long user;
    private final long group;

    private ContainerRoot(Native os, MachineName machine, int process, int directory, long user, long group) {
        this.os = os;
        this.machine = machine;
        this.process = process;
        this.directory = directory;
        this.user = user;
        this.group = group;
    }

    /**
     * Takes hold of a container.
     *
     * @param leader its first process
     * @throws NotFoundException if it has ended
     */
    static ContainerRoot open(Native os, MachineName machine, long leader) {
        int process = os.openProcess(Math.toIntExact(leader));
        try {
            Path proc = Path.of("/proc", Long.toString(leader));
            long user = outsideOf(machine, proc.resolve("uid_map"));
            long group = outsideOf(machine, proc.resolve("gid_map"));
            String groups = text(machine, proc.resolve("cgroup"));
            int directory = os.open(proc.resolve("root").toString(), Native.O_PATH | Native.O_DIRECTORY, 0);
            ContainerRoot root = new ContainerRoot(os, machine, process, directory, user, group);
            // All of this was read by the process's number, which is its own for as long as it has not ended.
            if (root.hasEnded() || !groups.contains("/" + machine.unit())) {
                os.close(directory);
                throw gone(machine);
            }
            return root;
        } catch (RuntimeException e) {
            os.close(process);
            throw e;
        }
    }

    MachineName machine() {
        return machine;
    }

    /** The container's root directory; for opening paths in it. */
    int directory() {
        return directory;
    }

    /** Can be read from once the container has ended. */
    int process() {
        return process;
    }

    boolean hasUserNamespace() {
        return user != 0;
    }

    boolean hasEnded() {
        Poll poll = new Poll(os, 1);
        poll.watch(0, process, Poll.READ);
        poll.look();
        return poll.isReady(0);
    }

    /** Does something short on a thread of its own that acts as the container's root. */
    <T> T asRoot(Callable<T> task) throws IOException {
        FutureTask<T> future = new FutureTask<>(() -> {
            os.becomeOnThisThread(user, group);
            return task.call();
        });
        Thread thread = new Thread(future, "nspawn-as-root-of-" + machine);
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    // What the task opens has to be taken, or nobody would close it; it is short.
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw cause(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        os.close(directory);
        os.close(process);
    }

    static NotFoundException gone(MachineName machine) {
        return new NotFoundException(
                Failure.of("enter", machine.value(), "it does not run").remedy("Start it first."));
    }

    private IOException cause(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException known) {
            throw known;
        }
        return e.getCause() instanceof IOException known ? known : new IOException(String.valueOf(e.getCause()), e);
    }

    /** Who of the host is 0 inside; a line is the first number inside, that outside, and how many (user_namespaces(7)). */
    private static long outsideOf(MachineName machine, Path map) {
        for (String line : text(machine, map).lines().toList()) {
            List<String> words = List.of(line.strip().split("\\s+", -1));
            if (words.size() == 3 && words.get(0).equals("0")) {
                return Long.parseLong(words.get(1));
            }
        }
        throw new UnsupportedException(Failure.of("enter", machine.value(), "its user namespace has no root"));
    }

    private static String text(MachineName machine, Path file) {
        try {
            return Files.readString(file);
        } catch (java.nio.file.NoSuchFileException e) {
            throw gone(machine);
        } catch (IOException e) {
            // Reading of a process that is just ending fails with ESRCH, which has no type of its own.
            if (!Files.exists(file)) {
                throw gone(machine);
            }
            throw new HostFailureException(Failure.of("enter", machine.value(), file + ": " + e.getMessage()), e);
        }
    }
}
