package io.nspawn.dbus;

import io.nspawn.model.ConnectionLostException;
import io.nspawn.model.HostNotReadyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads properties of many services at once: from PID 1 itself where there is a way past the bus, which halves the time,
 * else over the bus.
 */
final class UnitReader {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.dbus");
    private static final String UNIT = "org.freedesktop.systemd1.Unit";
    private static final String SERVICE = "org.freedesktop.systemd1.Service";

    private final Bus bus;
    private final Optional<Bus> pid1;

    UnitReader(Bus bus, Optional<Bus> pid1) {
        this.bus = bus;
        this.pid1 = pid1;
    }

    /** Those counters of each service, for which PID 1 has to look up all of its properties. */
    List<PropertySet> counters(List<String> services, List<String> names, Duration timeout) {
        List<Remote> remotes = services.stream()
                .map(service -> Systemd.MANAGER.at(UnitPath.of(service), SERVICE))
                .toList();
        return read(way -> way.counters(remotes, Set.copyOf(names), timeout)).stream()
                .map(PropertySet::new)
                .toList();
    }

    /** A few properties of each service, by the interface that has them, of which PID 1 looks up no other. */
    List<PropertySet> few(List<String> services, List<String> ofUnit, List<String> ofService, Duration timeout) {
        List<Property> wanted = new ArrayList<>();
        for (String service : services) {
            String path = UnitPath.of(service);
            wanted.addAll(Property.of(Systemd.MANAGER.at(path, UNIT), ofUnit));
            wanted.addAll(Property.of(Systemd.MANAGER.at(path, SERVICE), ofService));
        }
        Iterator<Optional<Object>> found =
                read(way -> way.find(wanted, timeout)).iterator();
        List<PropertySet> sets = new ArrayList<>();
        int each = ofUnit.size() + ofService.size();
        for (int from = 0; from < wanted.size(); from += each) {
            Map<String, Object> values = new HashMap<>();
            wanted.subList(from, from + each)
                    .forEach(property -> found.next().ifPresent(value -> values.put(property.name(), value)));
            sets.add(new PropertySet(values));
        }
        return sets;
    }

    private <T> T read(Function<Bus, T> reading) {
        if (pid1.isPresent()) {
            try {
                return reading.apply(pid1.get());
            } catch (ConnectionLostException | HostNotReadyException e) {
                LOG.debug("the way past the bus is lost for now: {}", e.getMessage());
            }
        }
        return reading.apply(bus);
    }
}
