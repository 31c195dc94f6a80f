package io.nspawn.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.model.Signal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InitTest {
    /** A JVM catches what ends it, and nothing of the real-time signals. */
    @Test
    void whatAProcessTakesIsRead() {
        Init self = new Init(ProcessHandle.current().pid());

        assertThat(self.takes(Signal.TERM)).isTrue();
        assertThat(self.takes(Signal.of("SIGRTMIN+3"))).isFalse();
        assertThat(self.takes(Signal.KILL)).isFalse();
    }

    @Test
    void oneThatHasEndedIsNotWaitedFor() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Init init = new Init(ended.pid());

        assertThat(init.takes(Signal.TERM)).isFalse();
        init.awaitReadyToHalt(Duration.ofDays(1));
    }
}
