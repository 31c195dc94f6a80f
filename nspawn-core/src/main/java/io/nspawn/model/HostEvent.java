package io.nspawn.model;

import java.util.Set;

/** What a watcher of a host hears. */
public sealed interface HostEvent {
    /**
     * All that is there: told first, and again whenever events may have been missed. Every later event is a change of
     * that.
     *
     * @param machines the names of the machines that run
     * @param images the names of the images and roots that are in the pool
     * @param transfers the transfers that are under way
     */
    record Snapshot(Set<String> machines, Set<String> images, Set<Transfer> transfers) implements HostEvent {
        public Snapshot {
            machines = Set.copyOf(machines);
            images = Set.copyOf(images);
            transfers = Set.copyOf(transfers);
        }
    }

    /** A machine began to run; its init may not be up yet. */
    record MachineStarted(String machine) implements HostEvent {}

    /** A machine ended. */
    record MachineEnded(String machine) implements HostEvent {}

    /** An image, or the root of a container, came into the pool or got its name. */
    record ImageAdded(String image) implements HostEvent {}

    /** An image, or the root of a container, left the pool or lost its name. */
    record ImageRemoved(String image) implements HostEvent {}

    /** A start, stop or restart of a container's unit was queued. */
    record JobQueued(MachineName machine) implements HostEvent {}

    /**
     * A start, stop or restart of a container's unit is over.
     *
     * @param machine the container
     * @param result {@code done}, {@code failed}, {@code canceled}, {@code timeout}, {@code dependency}, …
     */
    record JobEnded(MachineName machine, String result) implements HostEvent {}

    /** A download, import or export began. */
    record TransferBegan(Transfer transfer) implements HostEvent {}

    /**
     * A download, import or export is over.
     *
     * @param transfer what it was
     * @param result {@code done}, {@code canceled}, {@code failed}, or {@code lost} where nobody told
     */
    record TransferEnded(Transfer transfer, String result) implements HostEvent {}

    /**
     * A transfer of systemd-importd.
     *
     * @param id its number, which is given anew once importd has rested
     * @param type {@code pull-tar}, {@code import-raw}, …
     * @param remote where it comes from; empty for a stream
     * @param image the image
     */
    record Transfer(long id, String type, String remote, String image) {}
}
