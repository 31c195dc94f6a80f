package io.nspawn.local;

import io.nspawn.dbus.Bus;
import io.nspawn.dbus.Importd;
import io.nspawn.dbus.ListedTransfer;
import io.nspawn.dbus.TransferEvent;
import io.nspawn.model.NspawnException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells transfers what importd says of them. What it knows of paths is touched by the bus's dispatcher thread alone, on
 * which events come in their order; what comes before the call that began a transfer has returned is kept until then.
 */
final class Transfers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");

    private final Bus bus;
    private final Importd importd;
    private final Map<String, List<TransferOperation<?>>> underWay = new HashMap<>();
    private final List<TransferEvent> early = new ArrayList<>();
    /** All whose end is not known, for any thread to see. */
    private final Set<TransferOperation<?>> live = ConcurrentHashMap.newKeySet();

    private final AtomicInteger calls = new AtomicInteger();
    private final Object subscribing = new Object();
    /** Guarded by subscribing. */
    private Optional<Bus.Subscription> watch = Optional.empty();

    Transfers(Bus bus, Importd importd) {
        this.bus = bus;
        this.importd = importd;
    }

    /** Runs a call that answers with a transfer's path, and gives the operation what is told of that. */
    <T> TransferOperation<T> begin(TransferOperation<T> operation, Supplier<String> call) {
        subscribe();
        calls.incrementAndGet();
        try {
            String path = call.get();
            operation.begun(path);
            live.add(operation);
            operation.onEnd(() -> live.remove(operation));
            bus.afterDelivered(() -> register(path, operation));
            return operation;
        } finally {
            bus.afterDelivered(this::endCall);
        }
    }

    /** Ends all that is under way without knowing how it went. */
    @Override
    public void close() {
        synchronized (subscribing) {
            watch.ifPresent(Bus.Subscription::close);
            watch = Optional.empty();
        }
        Set.copyOf(live).forEach(operation -> operation.lost("nobody listens any more"));
    }

    private void subscribe() {
        synchronized (subscribing) {
            if (watch.isEmpty()) {
                watch = Optional.of(importd.watch(this::on));
            }
        }
    }

    /** What was told of an earlier importd's transfer of that number is not told to this one. */
    private void register(String path, TransferOperation<?> operation) {
        underWay.computeIfAbsent(path, p -> new ArrayList<>()).add(operation);
        int first = 0;
        for (int i = 0; i < early.size(); i++) {
            if (early.get(i) instanceof TransferEvent.Began began
                    && began.path().equals(path)) {
                first = i;
            }
        }
        List.copyOf(early.subList(first, early.size())).forEach(event -> tell(event, path, operation));
    }

    private void endCall() {
        if (calls.decrementAndGet() == 0) {
            early.clear();
        }
    }

    private void on(TransferEvent event) {
        if (calls.get() > 0) {
            early.add(event);
        }
        Map.copyOf(underWay)
                .forEach((path, operations) ->
                        List.copyOf(operations).forEach(operation -> tell(event, path, operation)));
    }

    private void tell(TransferEvent event, String path, TransferOperation<?> operation) {
        if (event instanceof TransferEvent.Said said && said.path().equals(path)) {
            operation.said(said.priority(), said.line());
        } else if (event instanceof TransferEvent.Progressed progressed
                && progressed.path().equals(path)) {
            operation.progressed(progressed.fraction());
        } else if (event instanceof TransferEvent.Ended ended && ended.path().equals(path)) {
            underWay.remove(path);
            operation.ended(ended.result());
        } else if (event instanceof TransferEvent.Vanished) {
            lose(path, "systemd-importd went away");
        } else if (event instanceof TransferEvent.Resynced) {
            recheck();
        }
    }

    private void recheck() {
        try {
            Set<String> alive =
                    importd.transfers().stream().map(ListedTransfer::path).collect(Collectors.toSet());
            List.copyOf(underWay.keySet()).stream()
                    .filter(path -> !alive.contains(path))
                    .forEach(path -> lose(path, "its end was not heard while the bus was away"));
        } catch (NspawnException e) {
            LOG.warn("cannot tell which transfers ended while the bus was away: {}", e.getMessage());
        }
    }

    private void lose(String path, String reason) {
        Optional.ofNullable(underWay.remove(path))
                .ifPresent(operations -> operations.forEach(operation -> operation.lost(reason)));
    }
}
