package io.nspawn.config;

import java.time.Duration;

/** Collects a bridge; see {@link Netdev#bridge}. What is unset is the kernel's default. */
public final class BridgeBuilder extends NetdevBuilder<BridgeBuilder> {
    BridgeBuilder(String name) {
        super("bridge", name, "Bridge");
    }

    /** Spanning tree. */
    public BridgeBuilder stp(boolean on) {
        return set("STP", on);
    }

    /** 0 to 65535; the lowest becomes the root of the spanning tree. */
    public BridgeBuilder priority(int value) {
        return set("Priority", value);
    }

    /** Whole seconds, 1 to 10. */
    public BridgeBuilder helloTime(Duration time) {
        return set("HelloTimeSec", time);
    }

    /** Whole seconds, 6 to 40. */
    public BridgeBuilder maxAge(Duration time) {
        return set("MaxAgeSec", time);
    }

    /** Whole seconds, 2 to 30; 0 and 1 only without spanning tree. */
    public BridgeBuilder forwardDelay(Duration time) {
        return set("ForwardDelaySec", time);
    }

    /** How long a learned MAC is kept. */
    public BridgeBuilder ageingTime(Duration time) {
        return set("AgeingTimeSec", time);
    }

    /** Which link-local groups are forwarded, bit X for 01:80:C2:00:00:0X; bits 0 to 2 are refused by the kernel. */
    public BridgeBuilder groupForwardMask(int mask) {
        return set("GroupForwardMask", mask);
    }

    /** The VLAN of untagged packets on a new port, 1 to 4094. */
    public BridgeBuilder defaultPvid(int id) {
        return set("DefaultPVID", id);
    }

    /** New ports have no VLAN for untagged packets. */
    public BridgeBuilder withoutDefaultPvid() {
        return set("DefaultPVID", "none");
    }

    public BridgeBuilder vlanFiltering(boolean on) {
        return set("VLANFiltering", on);
    }

    /** {@code 802.1q} or {@code 802.1ad}. */
    public BridgeBuilder vlanProtocol(String name) {
        return set("VLANProtocol", name);
    }

    public BridgeBuilder multicastQuerier(boolean on) {
        return set("MulticastQuerier", on);
    }

    public BridgeBuilder multicastSnooping(boolean on) {
        return set("MulticastSnooping", on);
    }

    /** 2 or 3. */
    public BridgeBuilder multicastIgmpVersion(int version) {
        return set("MulticastIGMPVersion", version);
    }

    /** How many addresses are learned at most, 0 for no limit (systemd 257, Linux 6.7). */
    public BridgeBuilder fdbMaxLearned(long addresses) {
        return set("FDBMaxLearned", addresses);
    }

    @Override
    BridgeBuilder self() {
        return this;
    }
}
