package io.nspawn.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.IntConsumer;
import jnr.constants.platform.Errno;

/**
 * A bound netlink socket with its receive buffer. One thread at a time uses it; {@link #wake} may come from any.
 *
 * <p>Datagrams that do not come from the kernel are dropped: every local process may send to our port.
 */
final class NetlinkSocket implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;

    /** Why a wait ended without a datagram. */
    enum Wait {
        READY,
        TIMEOUT,
        WOKEN
    }

    private final int fd;
    private final WakeUp wakeUp;
    private final ByteBuffer address = direct(Nl.SOCKADDR_BYTES);
    private final ByteBuffer addressLength = direct(4);
    private final ByteBuffer polled = direct(16);
    private ByteBuffer outgoing = direct(4096);
    private ByteBuffer incoming = direct(BUFFER);
    private boolean open = true;

    private NetlinkSocket(int fd, WakeUp wakeUp) {
        this.fd = fd;
        this.wakeUp = wakeUp;
    }

    /** Opens a socket in a namespace, with extended acknowledgements and strict checks where the kernel has them. */
    static NetlinkSocket open(NetworkNamespace namespace) {
        return open(namespace, fd -> {
            for (int option : new int[] {Nl.EXT_ACK, Nl.CAP_ACK, Nl.GET_STRICT_CHK}) {
                trySetOption(fd, Nl.SOL_NETLINK, option, 1);
            }
        });
    }

    static NetlinkSocket open(NetworkNamespace namespace, IntConsumer options) {
        int fd = namespace.socket();
        boolean complete = false;
        try {
            // In this order: binding resets the groups that were joined before.
            bind(fd);
            options.accept(fd);
            NetlinkSocket socket = new NetlinkSocket(fd, new WakeUp());
            complete = true;
            return socket;
        } finally {
            if (!complete) {
                Native.libc().close(fd);
            }
        }
    }

    /** Binds to port 0: the kernel then chooses one, so that several sockets of a process never clash. */
    private static void bind(int fd) {
        ByteBuffer any = direct(Nl.SOCKADDR_BYTES).putShort(0, (short) Nl.AF_NETLINK);
        Native.check(Native.libc().bind(fd, any, Nl.SOCKADDR_BYTES), "bind", "a netlink socket");
    }

    /** Sets an option that older kernels lack; without it errors are only less telling. */
    static boolean trySetOption(int fd, int level, int option, int value) {
        return Native.libc().setsockopt(fd, level, option, direct(4).putInt(0, value), 4) == 0;
    }

    static void setOption(int fd, int level, int option, int value, String operation) {
        ByteBuffer four = direct(4).putInt(0, value);
        Native.check(Native.libc().setsockopt(fd, level, option, four, 4), operation, "with a netlink socket");
    }

    void send(byte[] message) {
        if (outgoing.capacity() < message.length) {
            outgoing = direct(message.length);
        }
        outgoing.clear().put(message).flip();
        kernelAddress();
        while (Native.libc().sendto(fd, outgoing, message.length, 0, address, Nl.SOCKADDR_BYTES) < 0) {
            int errno = Native.errno();
            if (!Native.is(errno, Errno.EINTR)) {
                throw Native.failure(errno, "send", "a netlink request");
            }
        }
    }

    private void kernelAddress() {
        address.clear().putShort(0, (short) Nl.AF_NETLINK).putInt(4, 0).putInt(8, 0);
    }

    /** Takes the next datagram of the kernel if one is there; the view is good until the next call. */
    Optional<ByteBuffer> poll() {
        while (true) {
            long length = receive(0, Nl.MSG_PEEK | Nl.MSG_TRUNC | Nl.MSG_DONTWAIT);
            if (length < 0) {
                return Optional.empty();
            }
            if (length > incoming.capacity()) {
                incoming = direct(Nl.align((int) length));
            }
            length = receive(incoming.capacity(), Nl.MSG_TRUNC | Nl.MSG_DONTWAIT);
            if (length >= 0 && length <= incoming.capacity() && address.getInt(4) == 0) {
                return Optional.of(incoming.slice(0, (int) length).order(ByteOrder.nativeOrder()));
            }
        }
    }

    private long receive(long capacity, int flags) {
        while (true) {
            addressLength.putInt(0, Nl.SOCKADDR_BYTES);
            incoming.clear();
            long length = Native.libc().recvfrom(fd, incoming, capacity, flags, address, addressLength);
            int errno = length < 0 ? Native.errno() : 0;
            if (length >= 0 || Native.is(errno, Errno.EAGAIN)) {
                return length;
            }
            if (!Native.is(errno, Errno.EINTR)) {
                throw Native.failure(errno, "receive", "a netlink reply");
            }
        }
    }

    /** Waits until a datagram is there, the deadline passes, or somebody wakes or interrupts the thread. */
    Wait await(Deadline deadline) {
        Wait[] result = {Wait.TIMEOUT};
        wakeUp.new OnInterrupt().await(() -> result[0] = awaitUninterrupted(deadline));
        return result[0];
    }

    private Wait awaitUninterrupted(Deadline deadline) {
        while (true) {
            pollEntry(0, fd);
            pollEntry(1, wakeUp.descriptor());
            int count = Native.libc().poll(polled, 2, deadline.milliseconds());
            int errno = count < 0 ? Native.errno() : 0;
            if (errno != 0 && !Native.is(errno, Errno.EINTR)) {
                throw Native.failure(errno, "wait for", "a netlink reply");
            }
            if (count > 0 && polled.getShort(14) != 0) {
                wakeUp.drain();
                return Wait.WOKEN;
            }
            if (count > 0) {
                return Wait.READY;
            }
            if (deadline.remaining() <= 0) {
                return Wait.TIMEOUT;
            }
        }
    }

    private void pollEntry(int index, int descriptor) {
        polled.putInt(index * 8, descriptor)
                .putShort(index * 8 + 4, Native.POLLIN)
                .putShort(index * 8 + 6, (short) 0);
    }

    /** Lets a thread that waits look around. */
    void wake() {
        wakeUp.signal();
    }

    /** Closes the descriptors; only the thread that uses the socket may do so, or another once that one is out. */
    @Override
    public void close() {
        if (open) {
            open = false;
            Native.libc().close(fd);
            wakeUp.close();
        }
    }

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }
}
