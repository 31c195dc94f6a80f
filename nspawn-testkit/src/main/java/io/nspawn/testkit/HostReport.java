package io.nspawn.testkit;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.NspawnException;
import java.util.List;
import java.util.stream.Collectors;

/** Any host as text to read, by what everybody can ask of it. */
final class HostReport {
    private static final int JOURNAL_LINES = 6;

    private HostReport() {}

    static String of(Host host) {
        return host instanceof FakeHost fake ? fake.report() : asked(host);
    }

    private static String asked(Host host) {
        StringBuilder out = new StringBuilder();
        out.append("host with systemd ").append(host.systemdVersion()).append('\n');
        List<Container> containers = host.containers();
        out.append("containers: ").append(containers.size()).append('\n');
        Table table = new Table();
        for (Container container : containers) {
            ContainerStatus status = container.status();
            String addresses = status.addresses().stream().map(Object::toString).collect(Collectors.joining(" "));
            table.row(container.name().value(), status.state().name(), addresses);
            if (status.state().name().equals("FAILED")) {
                lastWords(container).forEach(table::note);
            }
        }
        out.append(table);
        String images = host.images().list().stream().map(i -> i.name().value()).collect(Collectors.joining(", "));
        return out.append("images: ").append(images).append('\n').toString();
    }

    private static List<String> lastWords(Container container) {
        try {
            return container.unitJournal(JournalQuery.LATEST.lines(JOURNAL_LINES)).stream()
                    .map(entry -> entry.message())
                    .toList();
        } catch (NspawnException e) {
            return List.of("its journal cannot be read: " + e.getMessage());
        }
    }
}
