package io.nspawn.testkit;

import io.nspawn.model.BusyException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostEvent.Transfer;
import io.nspawn.model.ImageFormat;
import io.nspawn.model.ImageName;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Operation;
import io.nspawn.model.Size;
import io.nspawn.model.Verify;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** importd and the servers that it downloads from, in the fake's time. */
final class FakeTransfers {
    private static final Duration TAKES = Duration.ofSeconds(2);

    private record Pull(FakeTransfer transfer, ImageFormat format, Verify verify) {}

    private final Object monitor;
    private final FakePool pool;
    private final VirtualClock clock;
    /** What servers say, by URL; an empty text is an image, others are failures. */
    private final Map<String, String> served = new TreeMap<>();

    private final Map<FakeTransfer, Transfer> all = new LinkedHashMap<>();
    private final Map<String, Pull> pulls = new HashMap<>();

    FakeTransfers(Object monitor, FakePool pool, VirtualClock clock) {
        this.monitor = monitor;
        this.pool = pool;
        this.clock = clock;
    }

    void serve(String url, String failure) {
        served.put(url, failure);
    }

    Set<Transfer> underWay() {
        return all.entrySet().stream()
                .filter(entry -> !entry.getKey().isDone())
                .map(Map.Entry::getValue)
                .collect(Collectors.toSet());
    }

    /** How one ended that is under way no more. */
    String result(Transfer transfer) {
        return all.entrySet().stream()
                .filter(entry -> entry.getValue().equals(transfer))
                .map(entry -> entry.getKey().result())
                .findAny()
                .orElse("lost");
    }

    private FakeTransfer begin(String verb, ImageFormat format, String remote, String subject, ImageName name) {
        FakeTransfer transfer = new FakeTransfer(monitor, clock, verb, subject, name);
        String type = verb + "-" + format.name().toLowerCase(Locale.ROOT);
        all.put(transfer, new Transfer(all.size() + 1, type, remote, name.value()));
        return transfer;
    }

    void reset() {
        all.clear();
        served.clear();
        pulls.clear();
    }

    Operation<ImageName> pull(URI source, ImageName name, ImageFormat format, Verify verify) {
        String url = source.toASCIIString();
        Pull other = pulls.get(url);
        if (other != null && !other.transfer().isDone()) {
            if (!other.transfer().name().equals(name) || other.format() != format || other.verify() != verify) {
                throw new BusyException(Failure.of(
                                "pull",
                                url,
                                "it is being downloaded as " + other.transfer().name() + " already")
                        .named("org.freedesktop.import1.TransferInProgress"));
            }
            return other.transfer();
        }
        String failure = served.getOrDefault(url, "HTTP request to " + url + " failed with code 404.");
        FakeTransfer transfer = begin("pull", format, url, url, name);
        pulls.put(url, new Pull(transfer, format, verify));
        transfer.said("Pulling '" + url + "', saving as '" + name + "'.");
        clock.after(TAKES, () -> end(transfer, failure, FakeImage.BYTES));
        return transfer;
    }

    Operation<ImageName> importFrom(InputStream source, ImageName name, ImageFormat format) {
        FakeTransfer transfer = begin("import", format, "", name.value(), name);
        try {
            long bytes = source.transferTo(OutputStream.nullOutputStream());
            clock.after(TAKES, () -> end(transfer, "", bytes));
        } catch (IOException e) {
            transfer.fail("the stream failed: " + e.getMessage());
        }
        return transfer;
    }

    /** The image is told apart by what is written, and no more. */
    Operation<ImageName> exportTo(OutputStream target, ImageName image, ImageFormat format) {
        FakeTransfer transfer = begin("export", format, "", image.value(), image);
        try {
            target.write(("image " + image + "\n").getBytes(StandardCharsets.UTF_8));
            target.flush();
            clock.after(TAKES, transfer::succeed);
        } catch (IOException e) {
            transfer.fail("the stream failed: " + e.getMessage());
        }
        return transfer;
    }

    private void end(FakeTransfer transfer, String failure, long bytes) {
        if (transfer.isDone()) {
            return;
        }
        if (!failure.isEmpty()) {
            transfer.fail(failure);
            return;
        }
        String name = transfer.name().value();
        try {
            pool.requireRoom("transfer", name, bytes);
            pool.add(name, FakeImage.named(name).size(Size.ofBytes(bytes)).root(true, clock.now()));
            transfer.succeed();
        } catch (NspawnException e) {
            transfer.fail("Failed to write image: No space left on device");
        }
    }
}
