package io.nspawn.config;

/** Collects a VLAN; see {@link Netdev#vlan}. What is unset is the kernel's default. */
public final class VlanBuilder extends NetdevBuilder<VlanBuilder> {
    VlanBuilder(String name, int id) {
        super("vlan", name, "VLAN");
        set("Id", id);
    }

    /** The tag: {@code 802.1q} or {@code 802.1ad}. */
    public VlanBuilder protocol(String name) {
        return set("Protocol", name);
    }

    public VlanBuilder gvrp(boolean on) {
        return set("GVRP", on);
    }

    public VlanBuilder mvrp(boolean on) {
        return set("MVRP", on);
    }

    /** Whether the VLAN only follows its lower's operational state and is not shut down with it. */
    public VlanBuilder looseBinding(boolean on) {
        return set("LooseBinding", on);
    }

    public VlanBuilder reorderHeader(boolean on) {
        return set("ReorderHeader", on);
    }

    /**
     * Maps a packet priority to the tag's on the way out; once for each. systemd takes pairs in which {@code from} is not
     * below {@code to}, both 1 to 4294967294.
     */
    public VlanBuilder egressQos(long from, long to) {
        return add("EgressQOSMaps", from + "-" + to);
    }

    /** The same on the way in. */
    public VlanBuilder ingressQos(long from, long to) {
        return add("IngressQOSMaps", from + "-" + to);
    }

    @Override
    VlanBuilder self() {
        return this;
    }
}
