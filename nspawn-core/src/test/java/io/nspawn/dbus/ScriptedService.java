package io.nspawn.dbus;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MessageFactory;
import org.freedesktop.dbus.messages.MethodCall;

/** A service on the bus that answers by script, or does not. */
public final class ScriptedService implements AutoCloseable {

    /** What the service does when a method is called. */
    public interface Script {
        void answer(Call call) throws Exception;
    }

    private final Wire wire;
    private final MessageFactory messages = new MessageFactory((byte) 'l');
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final Thread thread;

    private ScriptedService(Wire wire) {
        this.wire = wire;
        this.thread = new Thread(this::serve, "scripted-service");
        thread.setDaemon(true);
    }

    public static ScriptedService owning(String address, String name) throws IOException, DBusException {
        return owning(address, name, service -> {});
    }

    /** A service that has its scripts before anybody can call it. */
    public static ScriptedService owning(String address, String name, Consumer<ScriptedService> scripts)
            throws IOException, DBusException {
        Wire wire = Wire.connect(BusAddress.parse(address).get(0), Deadline.in(Duration.ofSeconds(10)));
        ScriptedService service = new ScriptedService(wire);
        scripts.accept(service);
        service.ask("Hello", "", List.of());
        service.ask("RequestName", "su", List.of(name, 4L));
        service.thread.start();
        return service;
    }

    public ScriptedService on(String member, Script script) {
        scripts.put(member, script);
        return this;
    }

    /** Calls in the order in which they came, answered or not. */
    BlockingQueue<Call> calls() {
        return calls;
    }

    public void signal(String path, String interfaceName, String member, String signature, Object... arguments)
            throws IOException, DBusException {
        send(messages.createSignal(null, path, interfaceName, member, signature, arguments), List.of());
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }

    private void ask(String member, String signature, List<?> arguments) throws IOException {
        Outgoing call = Outgoing.call(Remote.DAEMON, member, signature, arguments);
        wire.send(call.bytes(), call.descriptors());
        Message reply;
        do {
            reply = wire.receive().message();
        } while (reply.getReplySerial() != call.getSerial());
        if (reply instanceof org.freedesktop.dbus.messages.Error error) {
            throw new IOException(error.getName());
        }
    }

    private void serve() {
        try {
            while (true) {
                Incoming incoming = wire.receive();
                if (incoming.message() instanceof MethodCall message) {
                    Call call = new Call(this, message, incoming);
                    calls.add(call);
                    scripts.getOrDefault(message.getName(), Call::ignore).answer(call);
                }
            }
        } catch (IOException e) {
            wire.discardArrived();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized void send(Message message, List<FileDescriptor> descriptors) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : message.getWireData()) {
            if (part != null) {
                whole.writeBytes(part);
            }
        }
        wire.send(whole.toByteArray(), descriptors);
    }

    /** A call that came. */
    public record Call(ScriptedService service, MethodCall message, Incoming incoming) {

        public List<Object> arguments() throws Exception {
            return incoming.values();
        }

        String member() {
            return message.getName();
        }

        void ignore() {}

        public void reply(String signature, Object... values) throws IOException, DBusException {
            service.send(
                    service.messages.createMethodReturn(message, signature.isEmpty() ? null : signature, values),
                    List.of());
        }

        void replyWith(FileDescriptor descriptor) throws IOException, DBusException {
            service.send(
                    service.messages.createMethodReturn(message, "h", new org.freedesktop.dbus.FileDescriptor(0)),
                    List.of(descriptor));
        }

        public void fail(String name, String text) throws IOException, DBusException {
            service.send(
                    service.messages.createError(message.getSource(), name, message.getSerial(), "s", text), List.of());
        }
    }
}
