package io.nspawn.benchmarks.net;

import io.nspawn.benchmarks.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Lets all subjects do all the work, in turns that begin with another subject each round. */
record Rounds(Ground ground, Nspawn nspawn, List<Subject> subjects, Samples samples) {
    private static final int ROUNDS = 7;

    private static final int SLOW_ROUNDS = 3;
    private static final int LINKS = 500;
    private static final int LISTED = 1000;
    private static final int LISTINGS = 3;
    private static final int WARM_UPS = 12;
    /** Deletion one by one takes some ten seconds for each subject, so there are as many rounds as the time allows. */
    private static final Duration BUDGET = Duration.ofSeconds(210);

    /** What is done with one subject in one round. */
    @FunctionalInterface
    private interface Turn {
        void take(Subject subject);
    }

    void run() {
        long start = System.nanoTime();
        warmUp();
        rounds(ROUNDS, subjects, subject -> create("create500", Work.CREATE, subject));
        rounds(ROUNDS, subjects, subject -> create("create500-netns", Work.CREATE_IN_NAMESPACE, subject));
        ground.fill(LISTED - Ground.OTHERS);
        rounds(ROUNDS, subjects, this::list);
        rounds(ROUNDS, subjects, this::get);
        ground.clear();
        delete(start);
    }

    private void rounds(int count, List<Subject> participants, Turn turn) {
        List<Subject> order =
                new ArrayList<>(participants.stream().filter(s -> !isGroup(s)).toList());
        for (int i = 0; i < count; i++) {
            order.forEach(turn::take);
            Collections.rotate(order, 1);
        }
    }

    private static boolean isGroup(Subject subject) {
        return subject.name().equals("c-group");
    }

    private static boolean isFast(Subject subject) {
        return subject instanceof Nspawn || isGroup(subject);
    }

    /** The virtual machine compiles what is called often; the others need only their pages. */
    private void warmUp() {
        for (int i = 0; i < WARM_UPS; i++) {
            nspawn.perform(Work.CREATE, LINKS);
            nspawn.perform(Work.CREATE_IN_NAMESPACE, LINKS);
            nspawn.perform(Work.GET, LINKS);
            nspawn.perform(Work.GET, LINKS);
            for (int j = 0; j < 2 * LISTINGS; j++) {
                nspawn.perform(Work.LIST, LINKS + Ground.OTHERS);
            }
            ground.clear();
        }
        for (Subject subject : subjects) {
            if (!isFast(subject)) {
                subject.perform(Work.CREATE, 1);
                subject.perform(Work.GET, 1);
                subject.perform(Work.LIST, 1 + Ground.OTHERS);
                subject.perform(Work.DELETE, 1);
            }
        }
    }

    private void create(String work, Work kind, Subject subject) {
        add(work, subject, subject.perform(kind, LINKS));
        ground.clear();
    }

    private void list(Subject subject) {
        long[] taken = new long[LISTINGS];
        for (int i = 0; i < LISTINGS; i++) {
            taken[i] = subject.perform(Work.LIST, LISTED)[0];
        }
        add("list1000", subject, taken);
    }

    /** A program that times itself over all gives one number; the others give one each. */
    private void get(Subject subject) {
        int count = subject.name().equals("ip") ? 20 : LINKS;
        add("get-by-name", subject, subject.perform(Work.GET, count));
    }

    private void delete(long start) {
        List<Subject> fast =
                new ArrayList<>(subjects.stream().filter(Rounds::isFast).toList());
        List<Subject> slow = subjects.stream().filter(s -> !isFast(s)).toList();
        long longest = 0;
        for (int i = 0; i < ROUNDS; i++) {
            fast.forEach(this::delete);
            Collections.rotate(fast, 1);
            long now = System.nanoTime();
            if (i == 0 || (i < SLOW_ROUNDS && now - start + longest < BUDGET.toNanos())) {
                slow.forEach(this::delete);
                longest = Math.max(longest, System.nanoTime() - now);
            }
        }
    }

    private void delete(Subject subject) {
        ground.fill(LINKS);
        add("delete500", subject, subject.perform(Work.DELETE, LINKS));
        ground.clear();
    }

    private void add(String work, Subject subject, long[] taken) {
        samples.add(work, subject.name(), "netns", taken);
    }
}
