package io.nspawn.config.nspawn;

import io.nspawn.config.nspawn.PublishedPort.Protocol;
import io.nspawn.config.nspawn.Words.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The values of {@code [Network]}. */
final class NetworkParsers {
    static final String ZONE_PREFIX = "vz-";

    private NetworkParsers() {}

    /** {@code Interface=}, {@code MACVLAN=} and {@code IPVLAN=}; the prefix makes the name that is not given. */
    static ValueParser interfaces(Function<Draft, List<InterfacePair>> field, String prefix) {
        return (draft, a) -> {
            if (!a.since(Version.INTERFACE_PAIRS)) {
                words(field.apply(draft), a);
                return;
            }
            try {
                pairs(field.apply(draft), a.value(), prefix);
            } catch (Unparsable e) {
                throw e.asFatal();
            }
        };
    }

    private static void pairs(List<InterfacePair> pairs, String value, String prefix) throws Unparsable {
        Words words = new Words(value, Split.ESCAPED);
        for (Optional<String> word = words.next(); word.isPresent(); word = words.next()) {
            Words fields = new Words(word.get(), Split.FIELDS);
            String host = fields.next().orElse("");
            requireInterface(host);
            String container = fields.rest();
            if (!container.isEmpty()) {
                requireInterface(container);
            }
            pairs.add(new InterfacePair(host, Optional.of(container.isEmpty() ? prefix + host : container)));
        }
    }

    /** Before 254: plain words, which nobody looks at. */
    private static void words(List<InterfacePair> pairs, Assigned a) throws Unparsable {
        if (a.isEmpty()) {
            pairs.clear();
            return;
        }
        List<String> names = new ArrayList<>();
        try {
            Words words = new Words(a.value(), Split.QUOTED);
            for (Optional<String> word = words.next(); word.isPresent(); word = words.next()) {
                names.add(word.get());
            }
        } finally {
            names.forEach(name -> pairs.add(new InterfacePair(name, Optional.empty())));
        }
    }

    private static void requireInterface(String name) throws Unparsable {
        if (!Interfaces.isValid(name)) {
            throw Unparsable.invalid("no interface name: \"" + name + '"');
        }
    }

    /** {@code HOST[:CONTAINER]}; a second name that is none is replaced by the first, without a warning. */
    static void vethExtra(Draft draft, Assigned a) throws Unparsable {
        Words fields = new Words(a.value(), Split.FIELDS);
        String host = fields.next().orElse("");
        requireInterface(host);
        String container = fields.next().filter(Interfaces::isValid).orElse(host);
        if (!fields.isOver()) {
            throw Unparsable.invalid("more than two names: \"" + a.value() + '"');
        }
        draft.vethExtra.add(new InterfacePair(host, Optional.of(container)));
    }

    static void bridge(Draft draft, Assigned a) throws Unparsable {
        if (!a.isEmpty()) {
            requireInterface(a.value());
        }
        draft.bridge = ExecParsers.notEmpty(a.value());
    }

    static void zone(Draft draft, Assigned a) throws Unparsable {
        requireInterface(ZONE_PREFIX + a.value());
        draft.zone = Optional.of(ZONE_PREFIX + a.value());
    }

    static void port(Draft draft, Assigned a) throws Unparsable {
        boolean udp = a.value().startsWith("udp:");
        String ports = udp || a.value().startsWith("tcp:") ? a.value().substring(4) : a.value();
        int colon = ports.indexOf(':');
        int host = Numbers.port(colon < 0 ? ports : ports.substring(0, colon));
        int container = colon < 0 ? host : Numbers.port(ports.substring(colon + 1));
        PublishedPort port = new PublishedPort(udp ? Protocol.UDP : Protocol.TCP, host, container);
        if (!draft.ports.add(port)) {
            a.warn(
                    Code.PORT_DUPLICATE,
                    "the host's " + port.protocol() + " port " + host + " is published already",
                    "publish each port of the host once");
        }
    }
}
