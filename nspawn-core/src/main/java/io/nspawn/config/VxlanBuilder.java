package io.nspawn.config;

import java.time.Duration;

/** Collects a VXLAN; see {@link Netdev#vxlan}. What is unset is the kernel's default. */
public final class VxlanBuilder extends NetdevBuilder<VxlanBuilder> {
    VxlanBuilder(String name, int vni) {
        super("vxlan", name, "VXLAN");
        set("VNI", vni);
    }

    /** The multicast group that all members share; excludes {@link #remote}. */
    public VxlanBuilder group(String address) {
        return set("Group", OtherForms.address(address));
    }

    /** Where packets of an unknown destination go; excludes {@link #group}. */
    public VxlanBuilder remote(String address) {
        return set("Remote", OtherForms.address(address));
    }

    /** An address of the lower interface. */
    public VxlanBuilder local(String address) {
        return set("Local", OtherForms.address(address));
    }

    /** Takes the lower's address of a kind: ipv4_link_local, ipv6_link_local, dhcp4, dhcp6, slaac. */
    public VxlanBuilder localOfKind(String kind) {
        return set("Local", kind);
    }

    /** 0 to 255. */
    public VxlanBuilder tos(int value) {
        return set("TOS", value);
    }

    /** 0 to 255. */
    public VxlanBuilder ttl(int hops) {
        return set("TTL", hops);
    }

    /** Takes the TTL of the packet inside. */
    public VxlanBuilder inheritTtl() {
        return set("TTL", "inherit");
    }

    public VxlanBuilder macLearning(boolean on) {
        return set("MacLearning", on);
    }

    public VxlanBuilder fdbAgeing(Duration time) {
        return set("FDBAgeingSec", time);
    }

    public VxlanBuilder maximumFdbEntries(long entries) {
        return set("MaximumFDBEntries", entries);
    }

    public VxlanBuilder reduceArpProxy(boolean on) {
        return set("ReduceARPProxy", on);
    }

    public VxlanBuilder l2MissNotification(boolean on) {
        return set("L2MissNotification", on);
    }

    public VxlanBuilder l3MissNotification(boolean on) {
        return set("L3MissNotification", on);
    }

    public VxlanBuilder routeShortCircuit(boolean on) {
        return set("RouteShortCircuit", on);
    }

    public VxlanBuilder udpChecksum(boolean on) {
        return set("UDPChecksum", on);
    }

    public VxlanBuilder udp6ZeroChecksumTx(boolean on) {
        return set("UDP6ZeroChecksumTx", on);
    }

    public VxlanBuilder udp6ZeroChecksumRx(boolean on) {
        return set("UDP6ZeroChecksumRx", on);
    }

    public VxlanBuilder remoteChecksumTx(boolean on) {
        return set("RemoteChecksumTx", on);
    }

    public VxlanBuilder remoteChecksumRx(boolean on) {
        return set("RemoteChecksumRx", on);
    }

    public VxlanBuilder groupPolicyExtension(boolean on) {
        return set("GroupPolicyExtension", on);
    }

    public VxlanBuilder genericProtocolExtension(boolean on) {
        return set("GenericProtocolExtension", on);
    }

    /** 1 to 65535; 4789 is IANA's, the kernel's own default 8472. */
    public VxlanBuilder destinationPort(int port) {
        return set("DestinationPort", port);
    }

    /** The source ports, 1 to 65535. */
    public VxlanBuilder sourcePorts(int first, int last) {
        return set("PortRange", first + "-" + last);
    }

    /** 0 to 1048575. */
    public VxlanBuilder flowLabel(int label) {
        return set("FlowLabel", label);
    }

    public VxlanBuilder ipDoNotFragment(boolean on) {
        return set("IPDoNotFragment", on);
    }

    /** Makes it without a lower interface, and without a {@code .network} file that asks for it; excludes {@link #group}. */
    public VxlanBuilder independent() {
        return set("Independent", true);
    }

    @Override
    VxlanBuilder self() {
        return this;
    }
}
