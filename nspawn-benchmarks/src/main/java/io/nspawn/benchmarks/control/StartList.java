package io.nspawn.benchmarks.control;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerStatus;

/** The smallest program that is of use: opens the host and prints its containers. */
public final class StartList {
    private StartList() {}

    /** Prints one line for each container of this host. */
    public static void main(String[] arguments) {
        try (Host host = Host.local()) {
            StringBuilder lines = new StringBuilder();
            for (ContainerStatus status : host.statuses(
                    host.containers().stream().map(Container::name).toList())) {
                lines.append(status.machine())
                        .append(' ')
                        .append(status.state())
                        .append('\n');
            }
            System.out.print(lines);
            System.out.flush();
        }
    }
}
