/**
 * Hosts for tests: one in memory with faults and a clock of its own, and a real one that is thrown away after the test.
 *
 * <p>Start at {@code io.nspawn.testkit.FakeHost} and {@code io.nspawn.testkit.lab.LabHost}.
 */
module io.nspawn.testkit {
    requires static org.jspecify;
    requires transitive io.nspawn.core;
    requires static transitive org.junit.jupiter.api;
    requires static transitive org.assertj.core;
    requires static org.junit.platform.commons;
    requires static org.junit.platform.engine;
    requires static org.junit.platform.launcher;
    requires static org.opentest4j;
    requires org.slf4j;

    exports io.nspawn.testkit;
    exports io.nspawn.testkit.contract;
    exports io.nspawn.testkit.lab;
}
