package io.nspawn.benchmarks.btrfs;

import io.nspawn.benchmarks.Samples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Lets all subjects do all the work, in turns that begin with another subject each round. */
record Rounds(Arena arena, Nspawn nspawn, List<Subject> subjects, Backing backing, Samples samples) {
    private static final int ROUNDS = 8;
    private static final int CREATES = 100;

    /** Few at a time and often, because a commit takes so long that what else the machine does shows in it. */
    private static final int SNAPSHOTS = 8;

    private static final int SNAPSHOT_ROUNDS = 24;
    private static final int CLONES = 32;
    private static final int WAITS = 3;
    private static final int LISTS = 3;
    private static final int WARM_UPS = 5;

    /** What is done with one subject in one round. */
    @FunctionalInterface
    private interface Turn {
        void take(Subject subject);
    }

    void run() {
        warmUp();
        rounds(ROUNDS, this::createAndDelete);
        rounds(SNAPSHOT_ROUNDS, this::snapshot);
        rounds(ROUNDS, subject -> cloneAll("clone32", Work.CLONE, subject));
        rounds(ROUNDS, subject -> cloneAll("clone32-image", Work.CLONE_IMAGE, subject));
        rounds(ROUNDS, this::deleteAndWait);
        int present = arena.addTenThousand();
        add("list10000-cold", nspawn, ColdList.measure(arena, present));
        for (int i = 0; i < 4 * WARM_UPS; i++) {
            nspawn.perform(Work.LIST, present);
        }
        subjects.forEach(subject -> subject.perform(Work.LIST, present));
        rounds(ROUNDS, subject -> list(subject, present));
    }

    private void rounds(int times, Turn turn) {
        List<Subject> order = new ArrayList<>(subjects);
        for (int i = 0; i < times; i++) {
            order.forEach(turn::take);
            Collections.rotate(order, 1);
        }
    }

    /** The virtual machine compiles what is called often; a program of C needs only its pages. */
    private void warmUp() {
        for (int i = 0; i < WARM_UPS; i++) {
            nspawn.perform(Work.CREATE, 4 * CREATES);
            nspawn.perform(Work.DELETE, 4 * CREATES);
            nspawn.perform(Work.SNAPSHOT, SNAPSHOTS);
            arena.clear();
            nspawn.perform(Work.CLONE, CLONES);
            arena.clear();
        }
        for (Subject subject : subjects) {
            subject.perform(Work.CREATE, 1);
            subject.perform(Work.DELETE, 1);
            subject.perform(Work.SNAPSHOT, 1);
            subject.perform(Work.DELETE_WAIT, 1);
            arena.clear();
        }
    }

    private void createAndDelete(Subject subject) {
        add("create", subject, subject.perform(Work.CREATE, CREATES));
        add("delete", subject, subject.perform(Work.DELETE, CREATES));
        arena.clear();
    }

    private void snapshot(Subject subject) {
        add("snapshot", subject, subject.perform(Work.SNAPSHOT, SNAPSHOTS));
        arena.clear();
    }

    private void cloneAll(String work, Work how, Subject subject) {
        add(work, subject, subject.perform(how, CLONES));
        arena.clear();
    }

    private void deleteAndWait(Subject subject) {
        long[] taken = new long[WAITS];
        for (int i = 0; i < WAITS; i++) {
            nspawn.perform(Work.SNAPSHOT, 1);
            arena.settle();
            taken[i] = subject.perform(Work.DELETE_WAIT, 1)[0];
        }
        add("delete-wait", subject, taken);
        arena.clear();
    }

    private void list(Subject subject, int present) {
        long[] taken = new long[LISTS];
        for (int i = 0; i < LISTS; i++) {
            taken[i] = subject.perform(Work.LIST, present)[0];
        }
        add("list10000", subject, taken);
    }

    private void add(String work, Subject subject, long[] taken) {
        samples.add(work, subject.name(), backing.word(), taken);
    }
}
