package io.nspawn.testkit.lab;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A release of Debian that a lab can be, with the systemd it ships. */
public enum LabRelease {
    /** Debian 12 with systemd 252. */
    BOOKWORM("bookworm", 12, 252),
    /** Debian 13 with systemd 257. */
    TRIXIE("trixie", 13, 257);

    private final String codename;
    private final int number;
    private final int systemd;

    LabRelease(String codename, int number, int systemd) {
        this.codename = codename;
        this.number = number;
        this.systemd = systemd;
    }

    /**
     * Finds the release that has this code name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static LabRelease of(String codename) {
        return Arrays.stream(values())
                .filter(release -> release.codename.equals(codename))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No lab for \"" + codename + "\"; there are "
                        + Arrays.stream(values()).map(LabRelease::codename).collect(Collectors.joining(", "))));
    }

    /** The code name, as in {@code bookworm}. */
    public String codename() {
        return codename;
    }

    /** The major version of the systemd inside, as in {@code 252}. */
    public int systemd() {
        return systemd;
    }

    /** The name of the read-only base image in the lab's pool, as in {@code debian-12}. */
    public String baseImage() {
        return "debian-" + number;
    }

    /** As in {@code systemd 252 (bookworm)}. */
    @Override
    public String toString() {
        return "systemd " + systemd + " (" + codename + ")";
    }
}
