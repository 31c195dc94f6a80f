package io.nspawn.btrfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a subvolume is sent: by default whole, in protocol 1. Immutable; each method answers a changed copy. The
 * subvolumes named are only looked at while {@link Subvolume#send} runs, and stay the caller's to close.
 */
public final class SendOptions {
    private static final SendOptions DEFAULTS = new SendOptions(Optional.empty(), List.of(), SendProtocol.V1, false);

    private final Optional<Subvolume> parent;
    private final List<Subvolume> cloneSources;
    private final SendProtocol protocol;
    private final boolean compressed;

    private SendOptions(
            Optional<Subvolume> parent, List<Subvolume> cloneSources, SendProtocol protocol, boolean compressed) {
        this.parent = parent;
        this.cloneSources = cloneSources;
        this.protocol = protocol;
        this.compressed = compressed;
    }

    /** Whole, in protocol 1. */
    public static SendOptions whole() {
        return DEFAULTS;
    }

    /**
     * Only what changed since another subvolume, which the receiver has to have.
     *
     * @param parent read-only, on the same filesystem; mostly an older snapshot of the same subvolume
     */
    public static SendOptions changesSince(Subvolume parent) {
        return new SendOptions(Optional.of(parent), List.of(), SendProtocol.V1, false);
    }

    /**
     * Data shared with this subvolume is sent as a reference to it, so the receiver has to have it. Needs no mention
     * of the parent. Can be given several times.
     *
     * @param source read-only, on the same filesystem
     */
    public SendOptions cloneSource(Subvolume source) {
        List<Subvolume> more = new ArrayList<>(cloneSources);
        more.add(source);
        return new SendOptions(parent, List.copyOf(more), protocol, compressed);
    }

    /** In this version of the format. */
    public SendOptions protocol(SendProtocol version) {
        return new SendOptions(parent, cloneSources, version, compressed && version != SendProtocol.V1);
    }

    /** Compressed data is sent as it is on disk; implies protocol 2. */
    public SendOptions compressed() {
        return new SendOptions(parent, cloneSources, SendProtocol.V2, true);
    }

    Optional<Subvolume> parent() {
        return parent;
    }

    SendProtocol protocol() {
        return protocol;
    }

    boolean isCompressed() {
        return compressed;
    }

    /** All that data can be shared with; the parent is one of them. */
    List<Subvolume> sources() {
        List<Subvolume> all = new ArrayList<>(cloneSources);
        parent.ifPresent(all::add);
        return all;
    }
}
