package io.nspawn.config;

import io.nspawn.net.MacvlanMode;
import java.util.Locale;

/** Collects a macvlan; see {@link Netdev#macvlan}. */
public final class MacvlanBuilder extends NetdevBuilder<MacvlanBuilder> {
    MacvlanBuilder(String name, MacvlanMode mode) {
        super("macvlan", name, "MACVLAN");
        set("Mode", mode.name().toLowerCase(Locale.ROOT));
    }

    /** A sender that mode {@code source} lets in; once for each. */
    public MacvlanBuilder source(String mac) {
        return add("SourceMACAddress", OtherForms.mac(mac));
    }

    /** How many broadcast packets wait at most, 0 to 4294967294. */
    public MacvlanBuilder broadcastQueueLength(long packets) {
        return set("BroadcastMulticastQueueLength", packets);
    }

    /** From how many receivers on a multicast goes through the queue, 0 to 2147483647 (systemd 256). */
    public MacvlanBuilder broadcastQueueThreshold(int receivers) {
        return set("BroadcastQueueThreshold", receivers);
    }

    /** Sends no multicast through the queue (systemd 256). */
    public MacvlanBuilder withoutBroadcastQueue() {
        return set("BroadcastQueueThreshold", "no");
    }

    @Override
    MacvlanBuilder self() {
        return this;
    }
}
