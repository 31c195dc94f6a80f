package io.nspawn.benchmarks.net;

import io.nspawn.benchmarks.PeerProgram;

/** A subject that {@code net_peers.c} or {@code net_peers.py} works for. */
record Peer(PeerProgram program, String name) implements Subject {
    @Override
    public long[] perform(Work work, int count) {
        return program.ask(name + " " + work.word() + " " + count);
    }
}
