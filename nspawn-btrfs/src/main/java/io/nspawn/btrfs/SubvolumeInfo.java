package io.nspawn.btrfs;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What BTRFS knows of a subvolume ({@code btrfs subvolume show}).
 *
 * @param id its number
 * @param parent the subvolume it lies in; empty for the top level
 * @param directory the inode number of the directory it lies in, within the parent; 0 for the top level
 * @param name its name there; empty for the top level
 * @param uuid its UUID; empty for a top level made by an old mkfs
 * @param parentUuid the UUID of the subvolume it is a snapshot of
 * @param receivedUuid the UUID it had where it was sent from
 * @param generation the transaction that last changed its tree
 * @param lastChange the transaction of the last change of an inode in it (ctransid)
 * @param origin the transaction it was created in (otransid)
 * @param changed the time of the last change (ctime)
 * @param created the time it was created (otime)
 * @param readOnly whether it is read-only
 */
public record SubvolumeInfo(
        SubvolumeId id,
        Optional<SubvolumeId> parent,
        long directory,
        Optional<EntryName> name,
        Optional<UUID> uuid,
        Optional<UUID> parentUuid,
        Optional<UUID> receivedUuid,
        long generation,
        long lastChange,
        long origin,
        Instant changed,
        Instant created,
        boolean readOnly) {

    /** Whether it was made as a snapshot of another subvolume. */
    public boolean isSnapshot() {
        return parentUuid.isPresent();
    }

    /** The same, in the place given. */
    SubvolumeInfo at(RootRef place) {
        return new SubvolumeInfo(
                id,
                Optional.of(place.parent()),
                place.directory(),
                Optional.of(place.name()),
                uuid,
                parentUuid,
                receivedUuid,
                generation,
                lastChange,
                origin,
                changed,
                created,
                readOnly);
    }
}
