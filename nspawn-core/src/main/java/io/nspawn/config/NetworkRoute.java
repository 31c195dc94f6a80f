package io.nspawn.config;

/** Collects a {@code [Route]} section of a {@code .network} file. */
public final class NetworkRoute {
    private final Assignments assignments = new Assignments(NetworkdKeys.NETWORK, "Route");

    NetworkRoute() {}

    Assignments assignments() {
        return assignments;
    }

    NetworkRoute destination(String network) {
        return set("Destination", OtherForms.network(network));
    }

    /** The next hop. */
    public NetworkRoute gateway(String address) {
        return set("Gateway", OtherForms.address(address));
    }

    /** Takes the next hop that DHCPv4 told. */
    public NetworkRoute gatewayFromDhcp() {
        return set("Gateway", "_dhcp4");
    }

    /** The next hop is on this link although no address of the host says so. */
    public NetworkRoute onLink() {
        return set("GatewayOnLink", "yes");
    }

    /** 0 to 4294967295; the lowest is taken. */
    public NetworkRoute metric(long value) {
        return set("Metric", Long.toString(value));
    }

    /** global, site, link, host or nowhere (IPv4). */
    public NetworkRoute scope(String name) {
        return set("Scope", name);
    }

    /** The source address of packets that leave by this route. */
    public NetworkRoute preferredSource(String address) {
        return set("PreferredSource", OtherForms.address(address));
    }

    /** A table's number, 1 to 4294967295, or default, main, local. */
    public NetworkRoute table(String numberOrName) {
        return set("Table", numberOrName);
    }

    /** unicast, local, blackhole, unreachable, prohibit or throw. */
    public NetworkRoute type(String name) {
        return set("Type", name);
    }

    /** The largest packet in bytes, 68 to 65535. */
    public NetworkRoute mtu(int bytes) {
        return set("MTUBytes", Integer.toString(bytes));
    }

    private NetworkRoute set(String key, String value) {
        assignments.set("Route", key, value);
        return this;
    }
}
