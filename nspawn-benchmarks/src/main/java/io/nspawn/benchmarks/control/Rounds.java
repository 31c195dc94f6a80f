package io.nspawn.benchmarks.control;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Lets the subjects of each work do it in turns that begin with another one each round, and prints what they took. */
record Rounds(List<Subject> subjects, PrintStream out) {
    private static final int ROUNDS = 8;
    /** A virtual machine compiles what was called some hundred times; a program of C needs only its pages. */
    private static final int WARM_UPS = 100;

    void run() {
        for (Work work : Work.values()) {
            List<Subject> order = new ArrayList<>(
                    subjects.stream().filter(subject -> subject.work() == work).toList());
            order.forEach(Rounds::warmUp);
            for (int i = 0; i < ROUNDS; i++) {
                order.forEach(this::round);
                Collections.rotate(order, 1);
            }
        }
    }

    private static void warmUp(Subject subject) {
        int rounds = subject.startsProcesses() ? 1 : WARM_UPS;
        for (int i = 0; i < rounds; i++) {
            subject.perform(subject.work().times(subject.startsProcesses()));
        }
    }

    private void round(Subject subject) {
        long[] taken = subject.perform(subject.work().times(subject.startsProcesses()));
        out.println(new Sample(
                        subject.work().word(),
                        subject.name(),
                        Arrays.stream(taken).boxed().toList())
                .line());
    }
}
