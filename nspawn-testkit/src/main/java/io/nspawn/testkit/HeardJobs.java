package io.nspawn.testkit;

import io.nspawn.spi.MachineControl.Job;
import java.util.ArrayList;
import java.util.List;

/** The jobs that this process waits for, and what it misses of them. */
final class HeardJobs {
    private final List<HeardJob> waiting = new ArrayList<>();
    private boolean deaf;

    /** The end of what is queued meanwhile will not be heard. */
    void unheard(Runnable queueing) {
        deaf = true;
        try {
            queueing.run();
        } finally {
            deaf = false;
        }
    }

    Job queued(FakeJob job) {
        waiting.removeIf(Job::isDone);
        HeardJob heard = new HeardJob(job, deaf);
        waiting.add(heard);
        return heard;
    }

    /** While something else goes on, no signal comes; what ended by then is found out afterwards. */
    void withoutBus(Runnable meanwhile) {
        List<HeardJob> underWay = waiting.stream().filter(HeardJob::isUnderWay).toList();
        meanwhile.run();
        underWay.stream().filter(job -> !job.isUnderWay()).forEach(HeardJob::lose);
        recheck();
    }

    /** PID 1 is asked for every job that it has: those that ended unheard are found out. */
    void recheck() {
        waiting.stream().filter(HeardJob::endedUnheard).forEach(HeardJob::lose);
    }

    /** The process that waited is gone. */
    void reset() {
        waiting.clear();
    }
}
