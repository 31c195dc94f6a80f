package io.nspawn.benchmarks.net;

import io.nspawn.net.Link;
import io.nspawn.net.LinkFilter;
import java.util.List;

/** This library, over a connection that is held open. */
record Nspawn(Ground ground) implements Subject {
    @Override
    public String name() {
        return "nspawn";
    }

    @Override
    public long[] perform(Work work, int count) {
        return switch (work) {
            case CREATE ->
                once(() -> {
                    for (int i = 0; i < count; i++) {
                        ground.here().links().create(ground.macvlan(i));
                    }
                });
            case CREATE_IN_NAMESPACE ->
                once(() -> {
                    for (int i = 0; i < count; i++) {
                        ground.here().links().createIn(Ground.TARGET, ground.macvlan(i));
                    }
                });
            case DELETE -> delete(count);
            case LIST ->
                once(() -> {
                    require(ground.here().links().list().size(), count);
                });
            case GET -> get(count);
        };
    }

    /** A caller has the links, from their making or from a listing. */
    private long[] delete(int count) {
        List<Link> doomed = ground.here().links().list(LinkFilter.all().kind("macvlan"));
        require(doomed.size(), count);
        return once(() -> ground.here().links().deleteAll(doomed));
    }

    private long[] get(int count) {
        long[] taken = new long[count];
        for (int i = 0; i < count; i++) {
            String name = "b" + i;
            taken[i] = once(() -> ground.here().links().get(name))[0];
        }
        return taken;
    }

    private static void require(int found, int expected) {
        if (found != expected) {
            throw new IllegalStateException(found + " links instead of " + expected);
        }
    }

    private static long[] once(Runnable operation) {
        long start = System.nanoTime();
        operation.run();
        return new long[] {System.nanoTime() - start};
    }
}
