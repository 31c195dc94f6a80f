package io.nspawn.testkit.lab;

/** What code that may run in a lab can ask about where it is. */
public final class Lab {
    static final String RELEASE = "nspawn.lab.release";

    private Lab() {}

    /** Whether this JVM was started in a lab by {@link LabTest}. */
    public static boolean inside() {
        return System.getProperty(RELEASE) != null;
    }

    /**
     * The release of the lab that this JVM runs in.
     *
     * @throws IllegalStateException when it runs in none
     */
    public static LabRelease release() {
        String codename = System.getProperty(RELEASE);
        if (codename == null) {
            throw new IllegalStateException("This JVM does not run in a lab");
        }
        return LabRelease.of(codename);
    }
}
