package io.nspawn.config;

/** Collects the {@code [DHCPv4]} section of a {@code .network} file. */
public final class Dhcpv4Client {
    private final Assignments assignments;

    Dhcpv4Client(Assignments assignments) {
        this.assignments = assignments;
    }

    /** Names the client by its MAC: clones of an image that share a machine-id get addresses of their own. */
    public Dhcpv4Client identifiedByMac() {
        assignments.set("DHCPv4", "ClientIdentifier", "mac");
        return this;
    }

    public Dhcpv4Client useDns(boolean on) {
        return set("UseDNS", on);
    }

    public Dhcpv4Client useNtp(boolean on) {
        return set("UseNTP", on);
    }

    public Dhcpv4Client useMtu(boolean on) {
        return set("UseMTU", on);
    }

    public Dhcpv4Client useHostname(boolean on) {
        return set("UseHostname", on);
    }

    public Dhcpv4Client useRoutes(boolean on) {
        return set("UseRoutes", on);
    }

    public Dhcpv4Client useGateway(boolean on) {
        return set("UseGateway", on);
    }

    public Dhcpv4Client sendHostname(boolean on) {
        return set("SendHostname", on);
    }

    /** yes, no or route. */
    public Dhcpv4Client useDomains(String mode) {
        assignments.set("DHCPv4", "UseDomains", mode);
        return this;
    }

    /** 0 to 4294967295. */
    public Dhcpv4Client routeMetric(long metric) {
        assignments.set("DHCPv4", "RouteMetric", metric);
        return this;
    }

    private Dhcpv4Client set(String key, boolean on) {
        assignments.set("DHCPv4", key, on);
        return this;
    }
}
