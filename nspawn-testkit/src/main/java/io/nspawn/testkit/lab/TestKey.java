package io.nspawn.testkit.lab;

/**
 * Names a test or container below a run of a {@link LabTest} class by what its unique ID is outside and inside alike:
 * everything after the segment that numbers the run. The run itself is the empty text.
 */
record TestKey(String text) {
    /** The run itself, and its class. */
    static final TestKey RUN = new TestKey("");

    private static final String SEGMENT = "[class-template-invocation:";

    static TestKey of(String uniqueId) {
        int run = uniqueId.indexOf(SEGMENT);
        int end = run < 0 ? -1 : uniqueId.indexOf("]/", run);
        return new TestKey(end < 0 ? "" : uniqueId.substring(end + 2));
    }

    /** Whether a unique ID names a run of a class or something below it. */
    static boolean isBelowRun(String uniqueId) {
        return uniqueId.contains(SEGMENT);
    }

    boolean isBelow(TestKey other) {
        return !text.equals(other.text) && (other.text.isEmpty() || text.startsWith(other.text + "/"));
    }
}
