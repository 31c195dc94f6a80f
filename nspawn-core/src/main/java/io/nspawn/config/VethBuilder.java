package io.nspawn.config;

/** Collects a veth pair; see {@link Netdev#veth}. */
public final class VethBuilder extends NetdevBuilder<VethBuilder> {
    VethBuilder(String name, String peer) {
        super("veth", name, "Peer");
        set("Name", peer);
    }

    /** The MAC of the peer. */
    public VethBuilder peerMac(String address) {
        return set("MACAddress", OtherForms.mac(address));
    }

    @Override
    VethBuilder self() {
        return this;
    }
}
