package io.nspawn.config.nspawn;

/** Hostnames by {@code hostname_is_valid()}, and by what the DNS allows. */
final class Hostnames {
    private static final int MAX = 64;
    private static final int MAX_LABEL = 63;

    private Hostnames() {}

    static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > MAX) {
            return false;
        }
        for (String label : text.split("\\.", -1)) {
            if (!label.matches("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?") || label.length() > MAX_LABEL) {
                return false;
            }
        }
        return true;
    }
}
