package io.nspawn.testkit;

import io.nspawn.testkit.Fault.BusDropped;
import io.nspawn.testkit.Fault.Delayed;
import io.nspawn.testkit.Fault.FailedAfter;
import io.nspawn.testkit.Fault.HostCrashed;
import io.nspawn.testkit.Fault.MachineKilled;
import io.nspawn.testkit.Fault.Meanwhile;
import io.nspawn.testkit.Fault.Moment;
import io.nspawn.testkit.Fault.PoolFull;
import io.nspawn.testkit.Fault.ProcessKilled;
import io.nspawn.testkit.Fault.Refused;
import io.nspawn.testkit.Fault.ReplyLost;
import io.nspawn.testkit.Fault.SignalLost;
import io.nspawn.testkit.Faults.Call;
import io.nspawn.testkit.HostErrors.Surface;
import java.time.Duration;

/** Lets faults have their way with a host. */
final class Blows {
    /** The parts of a host that faults get at. */
    interface Target {
        void pass(Duration time);

        /** The bus is away for that long. */
        void dropBus(Duration away);

        /** Nobody will hear of the end of a job that this queues. */
        void unheard(Runnable effect);

        void killMachine(MachineKilled fault, Call call);

        void fillPool();

        void crash();
    }

    private final Target host;

    Blows(Target host) {
        this.host = host;
    }

    void strike(Fault fault, Call call, Runnable effect) {
        if (fault instanceof ProcessKilled killed) {
            die(killed.moment(), "killed", () -> {}, effect);
        } else if (fault instanceof HostCrashed crashed) {
            die(crashed.moment(), "lost with the host's power", host::crash, effect);
        } else if (fault instanceof Errno errno) {
            throw HostErrors.of(errno, call);
        } else if (fault instanceof Refused refused) {
            throw refused.exception();
        } else if (fault instanceof FailedAfter failed) {
            effect.run();
            throw failed.exception();
        } else if (fault instanceof ReplyLost) {
            loseReply(call, effect);
        } else if (fault instanceof Delayed delayed) {
            delay(delayed.by(), call, effect);
        } else if (fault instanceof BusDropped dropped) {
            host.dropBus(dropped.away());
            if (isBusCall(call)) {
                throw HostErrors.disconnected(call);
            }
            effect.run();
        } else {
            disturb(fault, call, effect);
        }
    }

    /** Faults of which the caller sees no more than what comes of them. */
    private void disturb(Fault fault, Call call, Runnable effect) {
        if (fault instanceof PoolFull) {
            host.fillPool();
        } else if (fault instanceof Meanwhile meanwhile) {
            meanwhile.action().run();
        }
        if (fault instanceof SignalLost) {
            host.unheard(effect);
        } else {
            effect.run();
        }
        if (fault instanceof MachineKilled killed) {
            host.killMachine(killed, call);
        }
    }

    private static void die(Moment moment, String how, Runnable loss, Runnable effect) {
        if (moment == Moment.AFTER) {
            effect.run();
        }
        loss.run();
        throw new HostKilled(how + (moment == Moment.AFTER ? " after" : " before") + " the operation");
    }

    private void loseReply(Call call, Runnable effect) {
        effect.run();
        if (isBusCall(call)) {
            host.pass(Fault.CALL_DEADLINE);
        }
        throw HostErrors.lost(call);
    }

    private void delay(Duration by, Call call, Runnable effect) {
        if (isBusCall(call) && by.compareTo(Fault.CALL_DEADLINE) > 0) {
            loseReply(call, effect);
        } else {
            host.pass(by);
            effect.run();
        }
    }

    /** Waiting for a job is no call: it hears of the job's end, whatever became of the bus meanwhile. */
    private static boolean isBusCall(Call call) {
        return Surface.of(call.operation()) == Surface.BUS && call.operation() != Operation.AWAIT;
    }
}
