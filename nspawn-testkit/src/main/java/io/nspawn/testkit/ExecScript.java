package io.nspawn.testkit;

import io.nspawn.model.ExecSpec;
import io.nspawn.model.MachineName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Answers commands that are run in the containers of a {@link FakeHost}. */
@FunctionalInterface
public interface ExecScript {
    /**
     * Answers a command.
     *
     * @param machine the container
     * @param command the program and its arguments
     * @return what it leaves; empty to leave it to the scripts set earlier, and to what the fake answers by itself
     */
    Optional<Reply> answer(MachineName machine, List<String> command);

    /**
     * Answers a command by all that was said about it; the fake asks this one.
     *
     * @param spec the command, its user, environment and working directory
     * @param stdin what it is given to read
     */
    default Optional<Reply> answer(MachineName machine, ExecSpec spec, byte[] stdin) {
        return answer(machine, spec.command());
    }

    /**
     * What a command leaves.
     *
     * @param exitCode 0 to 255; more than 256 for one that a signal ended, see {@link #killed}
     * @param took how long it runs in the host's time
     */
    record Reply(int exitCode, String stdout, String stderr, Duration took) {
        static final int KILLED = 256;
        private static final Duration SHORT = Duration.ofMillis(5);

        /** A command that ends well. */
        public static Reply ok(String stdout) {
            return new Reply(0, stdout, "", SHORT);
        }

        /** A command that ends badly. */
        public static Reply failed(int exitCode, String stderr) {
            return new Reply(exitCode, "", stderr, SHORT);
        }

        /** A command that a signal ends (signal(7)); its exit code is 128 and the signal's number. */
        public static Reply killed(int signal) {
            if (signal < 1 || signal > 64) {
                throw new IllegalArgumentException("no signal: " + signal);
            }
            return new Reply(KILLED + signal, "", "", SHORT);
        }

        /** The same, but it takes its time. */
        public Reply taking(Duration time) {
            return new Reply(exitCode, stdout, stderr, time);
        }
    }
}
