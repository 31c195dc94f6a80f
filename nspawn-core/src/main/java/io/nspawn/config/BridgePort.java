package io.nspawn.config;

/** Collects what an interface does as a port of a bridge: {@code [Bridge]}, {@code [BridgeVLAN]}, {@code [BridgeFDB]}. */
public final class BridgePort {
    private static final String SECTION = "Bridge";

    private final Assignments assignments;

    BridgePort(Assignments assignments) {
        this.assignments = assignments;
    }

    /** Ports that are isolated reach only ports that are not. */
    public BridgePort isolated(boolean on) {
        return set("Isolated", on);
    }

    public BridgePort hairPin(boolean on) {
        return set("HairPin", on);
    }

    public BridgePort learning(boolean on) {
        return set("Learning", on);
    }

    public BridgePort unicastFlood(boolean on) {
        return set("UnicastFlood", on);
    }

    public BridgePort multicastFlood(boolean on) {
        return set("MulticastFlood", on);
    }

    public BridgePort multicastToUnicast(boolean on) {
        return set("MulticastToUnicast", on);
    }

    public BridgePort neighborSuppression(boolean on) {
        return set("NeighborSuppression", on);
    }

    public BridgePort useBpdu(boolean on) {
        return set("UseBPDU", on);
    }

    public BridgePort fastLeave(boolean on) {
        return set("FastLeave", on);
    }

    public BridgePort allowPortToBeRoot(boolean on) {
        return set("AllowPortToBeRoot", on);
    }

    public BridgePort proxyArp(boolean on) {
        return set("ProxyARP", on);
    }

    /** no, query, permanent or temporary. */
    public BridgePort multicastRouter(String mode) {
        assignments.set(SECTION, "MulticastRouter", mode);
        return this;
    }

    /** 1 to 65535; the lowest is taken. */
    public BridgePort cost(int value) {
        assignments.set(SECTION, "Cost", value);
        return this;
    }

    /** 0 to 63; the lowest is taken. */
    public BridgePort priority(int value) {
        assignments.set(SECTION, "Priority", value);
        return this;
    }

    /** The VLAN of untagged packets that come in, 1 to 4094. */
    public BridgePort pvid(int id) {
        assignments.set("BridgeVLAN", "PVID", id);
        return this;
    }

    /** Takes no untagged packets (systemd 257; 252 refuses the whole file). */
    public BridgePort withoutPvid() {
        assignments.set("BridgeVLAN", "PVID", "no");
        return this;
    }

    /** VLANs that the port lets through, 1 to 4094. The bridge must filter VLANs and let them through as well. */
    public BridgePort vlans(int... ids) {
        for (int id : ids) {
            assignments.add("BridgeVLAN", "VLAN", Integer.toString(id));
        }
        return this;
    }

    /** All VLANs from one to another. */
    public BridgePort vlanRange(int first, int last) {
        assignments.add("BridgeVLAN", "VLAN", first + "-" + last);
        return this;
    }

    /** A VLAN whose packets leave without tag. */
    public BridgePort egressUntagged(int id) {
        assignments.add("BridgeVLAN", "EgressUntagged", Integer.toString(id));
        return this;
    }

    /** On a VXLAN: packets to a MAC go to this tunnel endpoint; 00:00:00:00:00:00 stands for all that is unknown. */
    public BridgePort tunnelEndpoint(String mac, String destination) {
        Assignments entry = new Assignments(NetworkdKeys.NETWORK, "BridgeFDB");
        entry.set("BridgeFDB", "MACAddress", OtherForms.mac(mac));
        entry.set("BridgeFDB", "Destination", OtherForms.address(destination));
        assignments.addSection("BridgeFDB", entry);
        return this;
    }

    private BridgePort set(String key, boolean on) {
        assignments.set(SECTION, key, on);
        return this;
    }
}
