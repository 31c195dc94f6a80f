package io.nspawn.dbus;

import java.util.List;
import java.util.Optional;

/**
 * Which signals to hear. The sender is never optional: the daemon checks it, so that nobody else can speak in its name.
 *
 * @param sender the service's bus name
 * @param interfaceName the signals' interface
 * @param path the object that they speak of, or any
 * @param member the signal, or all of the interface
 * @param name the bus name that it tells of as its first value, or any
 */
public record Match(
        String sender, String interfaceName, Optional<String> path, Optional<String> member, Optional<String> name) {

    public Match {
        Syntax.requireBusName(sender);
        Syntax.requireInterface(interfaceName);
        path.ifPresent(Syntax::requirePath);
        member.ifPresent(Syntax::requireMember);
        name.ifPresent(Syntax::requireBusName);
    }

    /** All signals of the remote's interface, about that object. */
    public static Match of(Remote remote) {
        return new Match(
                remote.destination(),
                remote.interfaceName(),
                Optional.of(remote.path()),
                Optional.empty(),
                Optional.empty());
    }

    /** One signal of the remote's interface, about that object. */
    public static Match of(Remote remote, String member) {
        return new Match(
                remote.destination(),
                remote.interfaceName(),
                Optional.of(remote.path()),
                Optional.of(member),
                Optional.empty());
    }

    /** All signals of an interface, about any object of the service. */
    static Match anyObject(String sender, String interfaceName) {
        return new Match(sender, interfaceName, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** A service that comes to the bus or leaves it: {@code NameOwnerChanged} of that name. */
    static Match ownerOf(String busName) {
        return new Match(
                Remote.DAEMON.destination(),
                Remote.DAEMON.interfaceName(),
                Optional.of(Remote.DAEMON.path()),
                Optional.of("NameOwnerChanged"),
                Optional.of(busName));
    }

    /** The match rule for the daemon; no value of ours needs quoting, for none may hold a quote. */
    String rule() {
        StringBuilder rule = new StringBuilder("type='signal',sender='")
                .append(sender)
                .append("',interface='")
                .append(interfaceName)
                .append('\'');
        path.ifPresent(value -> rule.append(",path='").append(value).append('\''));
        member.ifPresent(value -> rule.append(",member='").append(value).append('\''));
        name.ifPresent(value -> rule.append(",arg0='").append(value).append('\''));
        return rule.toString();
    }

    boolean accepts(String signalPath, String signalInterface, String signalMember) {
        return interfaceName.equals(signalInterface)
                && path.map(signalPath::equals).orElse(true)
                && member.map(signalMember::equals).orElse(true);
    }

    /** Whether a signal that is accepted otherwise has the values asked for. */
    boolean acceptsValues(List<Object> values) {
        return name.map(value -> !values.isEmpty() && value.equals(values.get(0)))
                .orElse(true);
    }
}
