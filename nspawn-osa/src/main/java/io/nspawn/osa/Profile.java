package io.nspawn.osa;

/** How interfaces are named. */
public enum Profile {
    /**
     * As OpenStack-Ansible's role made them: the host has a macvlan {@code mv-mgmt} for {@code br-mgmt}, containers'
     * macvlans name it as their parent, and so are called {@code mv-mv-mgmt} inside.
     */
    OSA,
    /** Containers' macvlans stand on the card or the veth pair itself; the host has a macvlan only for an address. */
    CLEAN
}
