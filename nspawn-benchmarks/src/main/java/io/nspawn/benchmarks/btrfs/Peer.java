package io.nspawn.benchmarks.btrfs;

import io.nspawn.benchmarks.PeerProgram;

/** A subject that the program made from {@code btrfs_peers.c} works for. */
record Peer(PeerProgram program, String name, Arena arena) implements Subject {
    @Override
    public long[] perform(Work work, int count) {
        return program.ask(String.join(
                " ",
                name,
                work.word(),
                arena.directory().toString(),
                arena.base(work).toString(),
                Integer.toString(count)));
    }
}
