package io.nspawn.dbus;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.exceptions.MessageTypeException;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MessageFactory;
import org.newsclub.net.unix.AFUNIXSocket;

/**
 * Whole messages over one UNIX socket: each is one write, and brings its descriptors along. One thread sends, another
 * receives; any may close.
 */
final class Wire implements Closeable {

    private static final int BUFFER = 64 * 1024;
    /** Room for the control data of a message: the kernel passes at most 253 descriptors at once (unix(7)). */
    private static final int ANCILLARY_BUFFER = 2048;

    private final AFUNIXSocket socket;
    private final InputStream in;
    private final OutputStream out;
    private final boolean passesDescriptors;
    private final byte[] buffer = new byte[BUFFER];
    private final Deque<Descriptor> arrived = new ArrayDeque<>();
    private int start;
    private int end;

    private Wire(AFUNIXSocket socket, InputStream in, OutputStream out, boolean passesDescriptors) {
        this.socket = socket;
        this.in = in;
        this.out = out;
        this.passesDescriptors = passesDescriptors;
    }

    static Wire connect(BusAddress address, Deadline deadline) throws IOException {
        AFUNIXSocket socket = AFUNIXSocket.newInstance();
        try {
            // A close alone would leave a thread that is blocked in the socket where it is.
            socket.setShutdownOnClose(true);
            socket.setAncillaryReceiveBufferSize(ANCILLARY_BUFFER);
            socket.connect(address.toSocketAddress(), deadline.millisLeft());
            socket.setSoTimeout(deadline.millisLeft());
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            boolean passes = new Handshake(in, out).perform();
            socket.setSoTimeout(0);
            return new Wire(socket, in, out, passes);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    boolean passesDescriptors() {
        return passesDescriptors;
    }

    void send(byte[] message, List<FileDescriptor> descriptors) throws IOException {
        if (!descriptors.isEmpty()) {
            socket.setOutboundFileDescriptors(descriptors.toArray(FileDescriptor[]::new));
        }
        out.write(message);
    }

    /** Waits for the next message. */
    Incoming receive() throws IOException {
        byte[] prologue = new byte[Frame.PROLOGUE];
        read(prologue, 0);
        Frame frame = Frame.sized(prologue);
        read(frame.fields(), 8);
        read(frame.body(), 0);
        List<Descriptor> descriptors = arrived.isEmpty() ? List.of() : take(frame.descriptorCount());
        try {
            return new Incoming(decode(frame, descriptors.size()), descriptors, frame.values());
        } catch (DBusException | MessageTypeException | RuntimeException e) {
            descriptors.forEach(Descriptor::close);
            throw new IOException("unreadable D-Bus message header: " + e, e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Closes what arrived for a message that never came whole; only the receiving thread may, when it is done. */
    void discardArrived() {
        arrived.forEach(Descriptor::close);
        arrived.clear();
    }

    private static Message decode(Frame frame, int descriptors) throws DBusException, MessageTypeException {
        List<org.freedesktop.dbus.FileDescriptor> places = IntStream.range(0, descriptors)
                .mapToObj(org.freedesktop.dbus.FileDescriptor::new)
                .toList();
        return MessageFactory.createMessage(frame.type(), frame.fixed(), frame.fields(), frame.body(), places);
    }

    private List<Descriptor> take(int count) throws IOException {
        if (count > arrived.size()) {
            throw new IOException("a message lost its descriptors: " + arrived.size() + " of " + count + " came");
        }
        List<Descriptor> taken = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            taken.add(arrived.remove());
        }
        return taken;
    }

    private void read(byte[] target, int from) throws IOException {
        for (int at = from; at < target.length; ) {
            if (start == end) {
                fill();
            }
            int count = Math.min(end - start, target.length - at);
            System.arraycopy(buffer, start, target, at, count);
            start += count;
            at += count;
        }
    }

    private void fill() throws IOException {
        int count = in.read(buffer);
        if (count < 0) {
            throw new EOFException("the bus hung up");
        }
        start = 0;
        end = count;
        FileDescriptor[] received = socket.getReceivedFileDescriptors();
        if (received != null) {
            for (FileDescriptor descriptor : received) {
                arrived.add(new Descriptor(descriptor));
            }
        }
    }
}
