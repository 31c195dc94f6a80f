package io.nspawn.testkit.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One class running in one lab, seen from outside: a JVM inside writes records, and whoever asks for a test's record
 * waits for it. Safe for several threads.
 */
final class InsideRun {
    private static final Logger LOG = LoggerFactory.getLogger(InsideRun.class);
    private static final int KEPT = 4000;

    private final LabRelease release;
    private final String testClass;
    private final Duration deadline;
    private final Map<TestKey, TestRecord> records = new LinkedHashMap<>();
    private Optional<Throwable> ending = Optional.empty();

    InsideRun(LabRelease release, String testClass, Duration deadline) {
        this.release = release;
        this.testClass = testClass;
        this.deadline = deadline;
    }

    LabRelease release() {
        return release;
    }

    /** Starts the JVM inside. */
    void start(LabHost lab) {
        List<String> options = new ArrayList<>(List.of("-D" + Lab.RELEASE + "=" + release.codename()));
        options.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("nspawn.") || name.startsWith("org.slf4j."))
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .forEach(options::add);
        LabCommand command = lab.java(options, InsideMain.class.getName(), testClass)
                .directory(Path.of("").toAbsolutePath())
                .deadline(deadline)
                .onOutput(this::read)
                .onError(line -> LOG.info("{}: {}", release, line));
        Thread thread = new Thread(() -> run(command), "nspawn-lab-" + release.codename());
        thread.setDaemon(true);
        thread.start();
    }

    private void run(LabCommand command) {
        try {
            LabResult result = command.run();
            String tail = result.stderr().substring(Math.max(0, result.stderr().length() - KEPT));
            end(new LabException(
                    "The JVM inside has ended with code " + result.exitCode() + "; it said last:\n" + tail));
        } catch (RuntimeException e) {
            end(e);
        }
    }

    private void read(String line) {
        TestRecord.fromLine(line).ifPresentOrElse(this::add, () -> LOG.info("{}: {}", release, line));
    }

    private synchronized void add(TestRecord record) {
        // The run comes before its class and shares its key: the first that failed has the reason.
        records.putIfAbsent(record.key(), record);
        notifyAll();
    }

    /** Ends the run: whoever still waits for a record gets this instead. */
    synchronized void end(Throwable cause) {
        ending = Optional.of(cause);
        notifyAll();
    }

    /**
     * Waits for the record of a test, or of a container around it that has kept it from being run.
     *
     * @throws LabException when the run has ended without one
     * @throws TestAbortedException when there can be no lab here
     */
    synchronized TestRecord await(TestKey key) throws InterruptedException {
        while (true) {
            Optional<TestRecord> found = find(key);
            if (found.isPresent()) {
                return found.orElseThrow();
            }
            if (ending.isPresent()) {
                throw withoutRecord(ending.orElseThrow());
            }
            wait();
        }
    }

    private static RuntimeException withoutRecord(Throwable cause) {
        return cause instanceof LabUnavailableException
                ? new TestAbortedException(cause.getMessage())
                : new LabException("No result of this test came from inside", cause);
    }

    /** Waits for the end of the class inside; its record, if it has failed. */
    synchronized Optional<TestRecord> awaitEnd() throws InterruptedException {
        while (!records.containsKey(TestKey.RUN) && ending.isEmpty()) {
            wait();
        }
        return Optional.ofNullable(records.get(TestKey.RUN)).filter(record -> record.end() == TestRecord.End.FAILED);
    }

    /** The records of the tests below a container. */
    synchronized List<TestRecord> below(TestKey key) {
        return records.values().stream()
                .filter(TestRecord::isTest)
                .filter(record -> record.key().isBelow(key))
                .toList();
    }

    private Optional<TestRecord> find(TestKey key) {
        Stream<TestRecord> own = Stream.ofNullable(records.get(key));
        Stream<TestRecord> around = records.values().stream()
                .filter(record -> key.isBelow(record.key()))
                .filter(record -> record.end() != TestRecord.End.PASSED);
        return Stream.concat(own, around).findFirst();
    }
}
