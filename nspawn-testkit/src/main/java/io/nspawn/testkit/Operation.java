package io.nspawn.testkit;

/**
 * What the engine does to a host, call by call and object by object: a clone of three roots is three {@link #CLONE}s.
 * {@link Faults} strike at these.
 */
public enum Operation {
    /** Taking the lock of a deploy. */
    LOCK(false),
    /** Listing the pool. */
    LIST_ROOTS(false),
    /** Reading the states of units. */
    READ_UNITS(false),
    /** Listing the host's links. */
    LIST_LINKS(false),
    /** Making one clone of an image. */
    CLONE(true),
    /** Taking a snapshot of one root. */
    SNAPSHOT(true),
    /** Copying one file or tree from one root to another. */
    COPY_IN_POOL(true),
    /** Writing one file or link inside a root. */
    WRITE_IN_ROOT(true),
    /** Deleting one file or directory inside a root. */
    DELETE_IN_ROOT(true),
    /** Making a pool. */
    MAKE_POOL(true),
    /** Growing the pool. */
    GROW_POOL(true),
    /** Limiting one root. */
    LIMIT_ROOT(true),
    /** Making the pool durable. */
    SYNC(true),
    /** Renaming one root. */
    RENAME(true),
    /** Deleting one root. */
    REMOVE(true),
    /** Making a root of something else than an image. */
    MAKE(true),
    /** Letting two roots have each other's name. */
    EXCHANGE(true),
    /** Sealing an image, or making it writable. */
    SEAL(true),
    /** Limiting an image. */
    LIMIT_IMAGE(true),
    /** Beginning a download, import or export. */
    TRANSFER(true),
    /** Writing one file of the host. */
    WRITE_FILES(true),
    /** Deleting one file or directory of the host. */
    DELETE_FILE(true),
    /** Writing one kernel setting. */
    WRITE_KERNEL_SETTING(true),
    /** Reloading unit files. */
    RELOAD(true),
    /** Enabling one unit. */
    ENABLE(true),
    /** Disabling one unit. */
    DISABLE(true),
    /** Queueing the start of one unit. */
    START(true),
    /** Queueing the stop of one unit. */
    STOP(true),
    /** Killing one machine at once. */
    TERMINATE(true),
    /** Having one machine restart itself. */
    REBOOT(true),
    /** Sending a signal into one machine. */
    KILL(true),
    /** Forgetting that one unit failed. */
    RESET_FAILED(true),
    /** Waiting for a job to end, or for a unit to be active. */
    AWAIT(true),
    /** Running a command in a container. */
    EXEC(true),
    /** Opening a terminal in a container. */
    SHELL(true),
    /** Copying a file or tree to or from a container. */
    COPY(true),
    /** Binding something into a container that runs. */
    BIND(true),
    /** Changing the limits of a container that runs. */
    LIMIT(true),
    /** Making a bridge. */
    CREATE_BRIDGE(true),
    /** Making a veth pair. */
    CREATE_VETH(true),
    /** Making a macvlan. */
    CREATE_MACVLAN(true),
    /** Setting a link up. */
    SET_UP(true),
    /** Giving a link an address. */
    ADD_ADDRESS(true),
    /** Taking an address from a link. */
    REMOVE_ADDRESS(true),
    /** Changing the MTU, bridge or mode of a link. */
    CHANGE_LINK(true),
    /** Having systemd-networkd read its files. */
    RELOAD_NETWORKD(true),
    /** Deleting one link. */
    DELETE_LINK(true);

    private final boolean acts;

    Operation(boolean acts) {
        this.acts = acts;
    }

    /** Whether it can change the host, so that a process killed just before and just after it leaves different hosts. */
    public boolean acts() {
        return acts;
    }
}
