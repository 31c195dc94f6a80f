package io.nspawn.config;

import io.nspawn.model.Nic;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.NspawnNames;

/**
 * The {@code .network} file inside a container that gives its macvlan addresses (systemd.network(5)). systemd ships none
 * that matches {@code mv-*}, so that without this file the interface stays down.
 */
public final class NetworkFile {
    private static final String DIRECTORY = "etc/systemd/network";
    private static final String PREFIX = "10-nspawn-";

    private NetworkFile() {}

    /** The directory, relative to the container's root. */
    public static String directory() {
        return DIRECTORY;
    }

    /** Whether a file of that directory is one of ours, by its name. */
    public static boolean isOurs(String fileName) {
        return fileName.startsWith(PREFIX) && fileName.endsWith(".network");
    }

    /** The path for one macvlan, relative to the container's root. */
    public static String path(Nic nic) {
        return path(interfaceName(nic));
    }

    /** The path for the macvlan that has that name inside the container. */
    public static String path(InterfaceName inside) {
        return DIRECTORY + "/" + PREFIX + inside + ".network";
    }

    /** The name that nspawn gives to the macvlan inside the container. */
    public static InterfaceName interfaceName(Nic nic) {
        return NspawnNames.HASHED.macvlan(nic.lower());
    }

    public static SystemdFile of(Nic nic) {
        Network.Builder network = Network.of(interfaceName(nic).value());
        nic.mac().ifPresent(mac -> network.mac(mac.toString()));
        nic.mtu().ifPresent(network::mtu);
        nic.addresses().stream().distinct().forEach(address -> network.address(address.toString()));
        nic.gateway().ifPresent(gateway -> network.gateway(gateway.toString()));
        nic.routes()
                .forEach(route -> network.route(
                        route.destination().toString(),
                        more -> more.gateway(route.gateway().toString())));
        nic.dns().forEach(server -> network.dns(server.toString()));
        return network.dhcp(nic.dhcp()).build().content();
    }
}
