package io.nspawn.host;

import io.nspawn.host.HostTopology.HostInterface;
import io.nspawn.host.HostTopology.Network;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The texts of a picture in a language that sets them itself. */
record PictureLabels(String lineBreak, UnaryOperator<String> escape) {
    String of(Network network) {
        StringBuilder label = new StringBuilder(of(network.name()))
                .append(lineBreak)
                .append(of(network.kind()))
                .append(", MTU ")
                .append(network.mtu());
        if (!network.ports().isEmpty()) {
            label.append(lineBreak).append("ports ").append(lines(network.ports()));
        }
        for (HostInterface own : network.host()) {
            label.append(lineBreak)
                    .append("host ")
                    .append(of(own.name()))
                    .append(' ')
                    .append(lines(own.addresses()));
        }
        return label.toString();
    }

    /** One below another. */
    String lines(List<?> values) {
        return values.stream().map(this::of).collect(Collectors.joining(lineBreak));
    }

    String of(Object value) {
        return escape.apply(value.toString());
    }
}
