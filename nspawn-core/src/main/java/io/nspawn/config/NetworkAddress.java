package io.nspawn.config;

/** Collects an {@code [Address]} section of a {@code .network} file. */
public final class NetworkAddress {
    private final Assignments assignments = new Assignments(NetworkdKeys.NETWORK, "Address");

    NetworkAddress(String address) {
        assignments.set("Address", "Address", OtherForms.prefix(address));
    }

    Assignments assignments() {
        return assignments;
    }

    /** The other end's address on a point-to-point link. */
    public NetworkAddress peer(String addressAndLength) {
        return set("Peer", OtherForms.prefix(addressAndLength));
    }

    /** A name of the address, 1 to 15 characters, by rule starting with the interface's (IPv4). */
    public NetworkAddress label(String name) {
        return set("Label", name);
    }

    /** global, link or host (IPv4). */
    public NetworkAddress scope(String name) {
        return set("Scope", name);
    }

    /** The metric of the route to the address's own network. */
    public NetworkAddress routeMetric(long metric) {
        return set("RouteMetric", Long.toString(metric));
    }

    /** Makes no route to the address's own network. */
    public NetworkAddress withoutPrefixRoute() {
        return set("AddPrefixRoute", "no");
    }

    /** ipv4, ipv6, both or none. */
    public NetworkAddress duplicateAddressDetection(String families) {
        return set("DuplicateAddressDetection", families);
    }

    private NetworkAddress set(String key, String value) {
        assignments.set("Address", key, value);
        return this;
    }
}
