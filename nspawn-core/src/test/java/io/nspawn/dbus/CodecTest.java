package io.nspawn.dbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MessageFactory;

/** Whatever goes onto the wire comes off it as it was. */
class CodecTest {

    private static final Remote PEER = new Remote("org.example.Peer", "/peer", "org.example.Peer");

    /** A type and a value of it. */
    record Typed(String type, Object value) {}

    @Property(tries = 300)
    void valuesSurviveTheWire(@ForAll("arguments") List<Typed> arguments) throws Exception {
        StringBuilder signature = new StringBuilder();
        List<Object> values = new ArrayList<>();
        for (Typed argument : arguments) {
            signature.append(argument.type());
            values.add(argument.value());
        }

        Message message =
                parse(Outgoing.call(PEER, "Take", signature.toString(), values).bytes());
        List<Object> back = new Incoming(message, List.of(), ByteBuffer.allocate(0)).values();

        assertThat(comparable(back)).isEqualTo(comparable(values));
        assertThat(message.getName()).isEqualTo("Take");
    }

    /** What a scan finds is what decoding all would have found, whatever lies between. */
    @Property(tries = 300)
    void countersAreFoundAmongAnything(@ForAll("arguments") List<Typed> others, @ForAll long counter) {
        Map<String, Variant> properties = new LinkedHashMap<>();
        for (Typed other : others) {
            properties.put("Other" + properties.size(), new Variant(other.type(), other.value()));
        }
        properties.put("Counter", new Variant("t", counter));
        properties.put("Last", new Variant("s", "text"));
        byte[] message =
                Outgoing.call(PEER, "Take", "a{sv}", List.of(properties)).bytes();

        assertThat(CounterScan.find(body(message), Set.of("Counter", "Last", "Missing")))
                .isEqualTo(Map.of("Counter", counter));
    }

    /** A body that ends early or says too much is refused, and ends. */
    @Property(tries = 300)
    void aBodyThatIsCutOrWrongIsRefusedOrRead(
            @ForAll("arguments") List<Typed> others, @ForAll int at, @ForAll byte to) {
        Map<String, Variant> properties = new LinkedHashMap<>();
        for (Typed other : others) {
            properties.put("Other" + properties.size(), new Variant(other.type(), other.value()));
        }
        properties.put("Counter", new Variant("t", 7L));
        ByteBuffer body =
                body(Outgoing.call(PEER, "Take", "a{sv}", List.of(properties)).bytes());
        ByteBuffer cut = body.duplicate().order(body.order()).limit(body.limit() - 1);
        assertThatThrownBy(() -> CounterScan.find(cut, Set.of("Counter"))).isInstanceOf(RuntimeException.class);

        body.put(Math.floorMod(at, body.limit()), to);
        try {
            assertThat(CounterScan.find(body, Set.of("Counter")).size()).isLessThanOrEqualTo(1);
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            assertThat(e).isNotNull();
        }
    }

    private static ByteBuffer body(byte[] message) {
        ByteBuffer whole = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        int fields = whole.getInt(12);
        int start = (16 + fields + 7) & ~7;
        return ByteBuffer.wrap(Arrays.copyOfRange(message, start, message.length))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    @Provide
    Arbitrary<List<Typed>> arguments() {
        return typed(3).list().ofMaxSize(5);
    }

    private static Arbitrary<Typed> typed(int depth) {
        Arbitrary<Typed> simple = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 0xFF).map(v -> new Typed("y", v)),
                Arbitraries.longs().between(0, 0xFFFF_FFFFL).map(v -> new Typed("u", v)),
                Arbitraries.longs().map(v -> new Typed("t", v)),
                Arbitraries.longs().map(v -> new Typed("x", v)),
                Arbitraries.integers().map(v -> new Typed("i", v)),
                Arbitraries.integers().between(-32768, 32767).map(v -> new Typed("n", v)),
                Arbitraries.longs().between(0, 0xFFFF).map(v -> new Typed("q", v)),
                Arbitraries.of(true, false).map(v -> new Typed("b", v)),
                Arbitraries.doubles().map(v -> new Typed("d", v)),
                Arbitraries.strings().withCharRange('a', 'ü').map(v -> new Typed("s", v)),
                Arbitraries.of("/", "/a", "/a_b/c1").map(v -> new Typed("o", v)),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(20).map(v -> new Typed("ay", v)));
        if (depth == 0) {
            return simple;
        }
        Arbitrary<Typed> inner = Arbitraries.lazy(() -> typed(depth - 1));
        return Arbitraries.oneOf(
                simple,
                inner.map(v -> new Typed("v", new Variant(v.type(), v.value()))),
                inner.list().ofMinSize(1).ofMaxSize(3).map(CodecTest::structure),
                Combinators.combine(inner, Arbitraries.integers().between(0, 3)).as(CodecTest::array),
                inner.map(v -> new Typed("a{s" + v.type() + "}", Map.of("key", v.value()))));
    }

    private static Typed structure(List<Typed> fields) {
        StringBuilder type = new StringBuilder("(");
        fields.forEach(field -> type.append(field.type()));
        return new Typed(
                type.append(')').toString(), fields.stream().map(Typed::value).toList());
    }

    private static Typed array(Typed element, int times) {
        if (element.type().equals("y")) {
            return new Typed("ay", new byte[times]);
        }
        return new Typed(
                "a" + element.type(),
                IntStream.range(0, times).mapToObj(i -> element.value()).toList());
    }

    private static Message parse(byte[] bytes) throws IOException, DBusException {
        byte[] prologue = new byte[Frame.PROLOGUE];
        System.arraycopy(bytes, 0, prologue, 0, prologue.length);
        Frame frame = Frame.sized(prologue);
        int fields = frame.fields().length - 8;
        System.arraycopy(bytes, Frame.PROLOGUE, frame.fields(), 8, fields);
        System.arraycopy(bytes, Frame.PROLOGUE + fields, frame.body(), 0, frame.body().length);
        assertThat(bytes).hasSize(Frame.PROLOGUE + fields + frame.body().length);
        assertThat(frame.descriptorCount()).isZero();
        return MessageFactory.createMessage(frame.type(), frame.fixed(), frame.fields(), frame.body(), List.of());
    }

    /** Bytes as a list, variants bare. */
    private static Object comparable(Object value) {
        if (value instanceof byte[] bytes) {
            return IntStream.range(0, bytes.length).mapToObj(i -> bytes[i]).toList();
        }
        if (value instanceof Variant variant) {
            return comparable(variant.value());
        }
        if (value instanceof List<?> list) {
            return list.stream().map(CodecTest::comparable).toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> all = new LinkedHashMap<>();
            map.forEach((k, v) -> all.put(comparable(k), comparable(v)));
            return all;
        }
        return value;
    }
}
