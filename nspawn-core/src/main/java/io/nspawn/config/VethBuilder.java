package io.nspawn.config;

import io.nspawn.net.MacAddress;

/** Collects a veth pair; see {@link Netdev#veth}. */
public final class VethBuilder extends NetdevBuilder<VethBuilder> {
    VethBuilder(String name, String peer) {
        super("veth", name, "Peer");
        set("Name", peer);
    }

    /** The MAC of the peer. */
    public VethBuilder peerMac(String address) {
        return set("MACAddress", MacAddress.parse(address).toString());
    }

    @Override
    VethBuilder self() {
        return this;
    }
}
