package io.nspawn.config;

import java.time.Duration;

/** Collects the {@code [DHCPServer]} section of a {@code .network} file. */
public final class DhcpServer {
    private static final String SECTION = "DHCPServer";

    private final Assignments assignments;

    DhcpServer(Assignments assignments) {
        this.assignments = assignments;
    }

    /** The server's own address, where the interface has several; it implies that address. */
    public DhcpServer serverAddress(String addressAndLength) {
        return set("ServerAddress", OtherForms.prefix(addressAndLength));
    }

    /**
     * The addresses handed out, counted from the network's own.
     *
     * @param offset the first, 1 or more
     * @param size how many, 1 or more; all must be below the network's broadcast address
     */
    public DhcpServer pool(int offset, int size) {
        if (offset < 1 || size < 1) {
            throw InvalidFileException.of(
                    SECTION,
                    offset < 1 ? "PoolOffset" : "PoolSize",
                    "does not take " + (offset < 1 ? offset : size),
                    "a pool starts at 1 or later and has 1 address or more");
        }
        assignments.set(SECTION, "PoolOffset", offset);
        assignments.set(SECTION, "PoolSize", size);
        return this;
    }

    /** How long an address is lent to who does not ask for a time. */
    public DhcpServer defaultLeaseTime(Duration time) {
        assignments.set(SECTION, "DefaultLeaseTimeSec", time);
        return this;
    }

    public DhcpServer maxLeaseTime(Duration time) {
        assignments.set(SECTION, "MaxLeaseTimeSec", time);
        return this;
    }

    /** A name server to tell the clients, IPv4; once for each. */
    public DhcpServer dns(String address) {
        assignments.add(SECTION, "DNS", OtherForms.address(address));
        return this;
    }

    /** Tells the clients to ask this server for names. */
    public DhcpServer dnsIsServer() {
        assignments.add(SECTION, "DNS", "_server_address");
        return this;
    }

    public DhcpServer emitDns(boolean on) {
        return set("EmitDNS", on ? "yes" : "no");
    }

    public DhcpServer emitNtp(boolean on) {
        return set("EmitNTP", on ? "yes" : "no");
    }

    public DhcpServer emitTimezone(boolean on) {
        return set("EmitTimezone", on ? "yes" : "no");
    }

    /** Whether clients take this server as their router. */
    public DhcpServer emitRouter(boolean on) {
        return set("EmitRouter", on ? "yes" : "no");
    }

    /** Whose name and time servers are handed on where none are given: an interface, {@code :none} or {@code :auto}. */
    public DhcpServer uplink(String name) {
        return set("UplinkInterface", name);
    }

    /** Whether leases are kept over a restart (systemd 256). */
    public DhcpServer persistLeases(boolean on) {
        return set("PersistLeases", on ? "yes" : "no");
    }

    /** Always the same address for one client. */
    public DhcpServer staticLease(String mac, String address) {
        Assignments lease = new Assignments(NetworkdKeys.NETWORK, "DHCPServerStaticLease");
        lease.set("DHCPServerStaticLease", "MACAddress", OtherForms.mac(mac));
        lease.set("DHCPServerStaticLease", "Address", OtherForms.address(address));
        assignments.addSection("DHCPServerStaticLease", lease);
        return this;
    }

    private DhcpServer set(String key, String value) {
        assignments.set(SECTION, key, value);
        return this;
    }
}
