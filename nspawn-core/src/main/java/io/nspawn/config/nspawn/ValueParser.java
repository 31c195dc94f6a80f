package io.nspawn.config.nspawn;

/** Takes one assignment into the settings, by the rules of its key. */
@FunctionalInterface
interface ValueParser {
    /**
     * Reads the value.
     *
     * @throws Unparsable if it breaks the grammar; the settings are then as they were, unless the key keeps what came
     *     before the bad word
     */
    void parse(Draft draft, Assigned assigned) throws Unparsable;
}
