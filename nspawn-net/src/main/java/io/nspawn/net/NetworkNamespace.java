package io.nspawn.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * A network namespace, named by a file of network_namespaces(7). This is a value: it holds nothing open, and what the
 * path leads to is looked up at each use.
 *
 * @param path the file, for example {@code /run/netns/blue} or {@code /proc/4711/ns/net}; the path of
 *     {@link #current()} stands for the namespace of the calling process
 * @param pidfd a descriptor of the process that the path is about; empty if it is about none
 */
public record NetworkNamespace(Path path, OptionalInt pidfd) {
    private static final Path CURRENT = Path.of("/proc/self/ns/net");

    /**
     * Names a namespace by its file.
     *
     * @param path for example {@code /run/netns/blue}
     */
    public NetworkNamespace(Path path) {
        this(path, OptionalInt.empty());
    }

    /**
     * Names the namespace that this process is in.
     *
     * @return the namespace
     */
    public static NetworkNamespace current() {
        return new NetworkNamespace(CURRENT);
    }

    /**
     * Names a namespace made by ip-netns(8).
     *
     * @param name its name below {@code /run/netns}
     * @return the namespace
     * @throws IllegalArgumentException if the name is empty, {@code .}, {@code ..} or has a slash
     */
    public static NetworkNamespace named(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException("not the name of a network namespace: \"" + name + "\"");
        }
        return new NetworkNamespace(Path.of("/run/netns").resolve(name));
    }

    /**
     * Names the namespace of a process. Process numbers are used again: check afterwards that the process is still the
     * one you meant, for a container that machined names the same leader.
     *
     * @param pid the process number, in this process' own PID namespace
     * @return the namespace
     * @throws IllegalArgumentException if the number is not positive
     */
    public static NetworkNamespace ofProcess(long pid) {
        if (pid <= 0) {
            throw new IllegalArgumentException("not a process number: " + pid);
        }
        return new NetworkNamespace(Path.of("/proc/" + pid + "/ns/net"));
    }

    /**
     * Names the namespace of a process by a descriptor of it, which no other process can take over: once it has ended,
     * each use says that there is no such namespace. The descriptor stays the caller's, who keeps it open meanwhile.
     *
     * @param pidfd an open descriptor of pidfd_open(2), Linux 5.3
     * @return the namespace
     * @throws IllegalArgumentException if it is no open pidfd
     * @throws NetlinkException.NotFound if the process has ended
     */
    public static NetworkNamespace ofPidfd(int pidfd) {
        long pid = Pidfd.process(pidfd);
        if (pid <= 0) {
            throw ended("pidfd " + pidfd);
        }
        return new NetworkNamespace(Path.of("/proc/" + pid + "/ns/net"), OptionalInt.of(pidfd));
    }

    /** Makes sure, after the path was used, that it was still about the same process. */
    private void checkAlive() {
        if (pidfd.isPresent() && !path.equals(Path.of("/proc/" + Pidfd.process(pidfd.getAsInt()) + "/ns/net"))) {
            throw ended(path.toString());
        }
    }

    private static NetlinkException ended(String object) {
        return new NetlinkException.NotFound(NetlinkException.Failure.of(
                "look at", "network namespace " + object, "the process has ended", Outcome.NOT_APPLIED));
    }

    /**
     * Tells whether the path leads to the same namespace as another's, now.
     *
     * @param other the other namespace
     * @return true if both are there and are one
     * @throws NetlinkException if one cannot be looked at
     */
    public boolean isSameAs(NetworkNamespace other) {
        return identity().equals(other.identity());
    }

    /** The device and inode, which are one namespace's own while it lives. */
    String identity() {
        try {
            String identity = Files.getAttribute(path, "unix:dev") + ":" + Files.getAttribute(path, "unix:ino");
            checkAlive();
            return identity;
        } catch (IOException e) {
            NetlinkException missing = new NetlinkException.NotFound(NetlinkException.Failure.of(
                    "look at", "network namespace " + path, String.valueOf(e.getMessage()), Outcome.NOT_APPLIED));
            missing.initCause(e);
            throw missing;
        }
    }

    /** Opens the file; the namespace lives at least as long as the descriptor. */
    Descriptor openFile() {
        int fd = Native.libc().open(path.toString(), Native.O_RDONLY | Native.O_CLOEXEC);
        Descriptor file = new Descriptor(Native.check(fd, "open", "network namespace " + path));
        boolean complete = false;
        try {
            checkAlive();
            complete = true;
            return file;
        } finally {
            if (!complete) {
                file.close();
            }
        }
    }

    /** Opens a netlink socket that stays in this namespace for life, whichever thread uses it. */
    int socket() {
        if (path.equals(CURRENT)) {
            return Native.check(newSocket(), "open", "a netlink socket");
        }
        try (Descriptor namespace = openFile()) {
            return NamespaceThread.socketIn(namespace.fd(), path.toString());
        }
    }

    static int newSocket() {
        return Native.libc().socket(Nl.AF_NETLINK, Nl.SOCK_RAW | Nl.SOCK_CLOEXEC, Nl.NETLINK_ROUTE);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
