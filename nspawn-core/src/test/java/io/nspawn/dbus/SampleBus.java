package io.nspawn.dbus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A bus that answers with sample values by the signatures of one systemd, and notes what was asked of it. */
final class SampleBus implements Bus {

    private final Signatures signatures;
    private final Set<String> used = new TreeSet<>();
    private final Map<Match, Consumer<BusEvent>> handlers = new LinkedHashMap<>();

    SampleBus(Signatures signatures) {
        this.signatures = signatures;
    }

    /** What was asked, as the lists name it. */
    Set<String> used() {
        return used;
    }

    void signal(String interfaceName, String member) {
        BusEvent.Signal signal =
                new BusEvent.Signal(":1.1", "/", interfaceName, member, signatures.signal(interfaceName, member));
        used.add(interfaceName + " signal " + member);
        handlers.forEach((match, handler) -> {
            if (match.interfaceName().equals(interfaceName)
                    && match.member().map(member::equals).orElse(true)) {
                handler.accept(signal);
            }
        });
    }

    /** Has every handler hear each signal that it asked for, of those that this systemd has. */
    void signalAll() {
        for (Match match : List.copyOf(handlers.keySet())) {
            for (String member : signatures.signals(match.interfaceName())) {
                signal(match.interfaceName(), member);
            }
            match.member()
                    .filter(member -> match.interfaceName().startsWith("org.freedesktop.systemd1"))
                    .ifPresent(member -> used.add(match.interfaceName() + " signal " + member));
        }
    }

    @Override
    public List<Object> call(Remote remote, String member, String signature, List<?> arguments, Duration timeout) {
        assertThat(signature).as(member).isEqualTo(signatures.input(remote.interfaceName(), member));
        Codec.encode(signature, arguments, new ArrayList<>());
        used.add(remote.interfaceName() + " method " + member);
        return signatures.reply(remote.interfaceName(), member);
    }

    @Override
    public Map<String, Object> getAll(Remote remote, Duration timeout) {
        Map<String, Object> values = signatures.properties(remote.interfaceName());
        return new LinkedHashMap<>(values) {
            private static final long serialVersionUID = 1L;

            @Override
            public @Nullable Object get(@Nullable Object name) {
                used.add(remote.interfaceName() + " property " + name);
                return super.get(name);
            }
        };
    }

    @Override
    public List<Map<String, Object>> counters(List<Remote> remotes, Set<String> names, Duration timeout) {
        return remotes.stream()
                .map(remote -> {
                    Map<String, Object> all = getAll(remote, timeout);
                    Map<String, Object> some = new LinkedHashMap<>();
                    names.forEach(name -> Optional.ofNullable(all.get(name)).ifPresent(value -> some.put(name, value)));
                    return some;
                })
                .toList();
    }

    @Override
    public List<Optional<Object>> find(List<Property> wanted, Duration timeout) {
        return wanted.stream()
                .map(property ->
                        Optional.ofNullable(getAll(property.remote(), timeout).get(property.name())))
                .toList();
    }

    @Override
    public Object get(Remote remote, String property, Duration timeout) {
        used.add(remote.interfaceName() + " property " + property);
        return signatures.property(remote.interfaceName(), property);
    }

    @Override
    public Subscription subscribe(Match match, Consumer<BusEvent> handler) {
        handlers.put(match, handler);
        return () -> handlers.remove(match);
    }

    @Override
    public void afterDelivered(Runnable task) {
        task.run();
    }

    @Override
    public void after(Duration pause, Runnable task) {
        task.run();
    }

    @Override
    public boolean passesDescriptors() {
        return true;
    }

    @Override
    public State state() {
        return State.CONNECTED;
    }

    @Override
    public void close() {}
}
