package io.nspawn.config;

import java.time.Duration;

/**
 * Collects what every kind of virtual interface has. Each method throws {@link IllegalArgumentException} for a value out
 * of its range.
 */
public abstract sealed class NetdevBuilder<B extends NetdevBuilder<B>>
        permits BridgeBuilder, VethBuilder, MacvlanBuilder, VxlanBuilder, VlanBuilder, DummyBuilder {
    private final Assignments assignments =
            new Assignments(NetworkdKeys.NETDEV, "NetDev", "Peer", "Bridge", "MACVLAN", "VXLAN", "VLAN");
    private final String section;

    NetdevBuilder(String kind, String name, String section) {
        this.section = section;
        assignments.set("NetDev", "Name", name);
        assignments.set("NetDev", "Kind", kind);
    }

    abstract B self();

    /** A text for people. */
    public B description(String text) {
        assignments.set("NetDev", "Description", text);
        return self();
    }

    /** The largest packet in bytes, 68 to 65535. */
    public B mtu(int bytes) {
        assignments.set("NetDev", "MTUBytes", bytes);
        return self();
    }

    /** The MAC; unset, networkd derives one from the name and the host's machine-id. A VLAN takes its lower's. */
    public B mac(String address) {
        assignments.set("NetDev", "MACAddress", OtherForms.mac(address));
        return self();
    }

    /** Leaves the MAC to the kernel. A bridge then has the lowest of its ports', unless udev sets one: see {@link LinkPolicy}. */
    public B kernelMac() {
        assignments.set("NetDev", "MACAddress", "none");
        return self();
    }

    /**
     * The value.
     *
     * @throws IllegalArgumentException if options exclude each other or one is missing
     */
    public Netdev build() {
        return new Netdev(assignments.file());
    }

    final B set(String key, String value) {
        assignments.set(section, key, value);
        return self();
    }

    final B set(String key, boolean value) {
        assignments.set(section, key, value);
        return self();
    }

    final B set(String key, long value) {
        assignments.set(section, key, value);
        return self();
    }

    final B set(String key, Duration value) {
        assignments.set(section, key, value);
        return self();
    }

    final B add(String key, String value) {
        assignments.add(section, key, value);
        return self();
    }
}
