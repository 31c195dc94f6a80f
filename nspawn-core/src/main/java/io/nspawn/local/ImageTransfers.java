package io.nspawn.local;

import io.nspawn.dbus.Importd;
import io.nspawn.dbus.ListedTransfer;
import io.nspawn.model.BusyException;
import io.nspawn.model.Compression;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.ImageFormat;
import io.nspawn.model.ImageName;
import io.nspawn.model.Operation;
import io.nspawn.model.Verify;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Downloads, imports and exports of images, by importd. */
final class ImageTransfers {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");
    private static final Set<String> SCHEMES = Set.of("http", "https");

    /** The end of a pipe that importd gets. */
    private interface End {
        FileDescriptor descriptor() throws IOException;
    }

    private final Native os;
    private final Importd importd;
    private final Transfers transfers;
    private final Consumer<ImageName> seal;
    private final QuotaGuard quotas;

    /**
     * Transfers to and from the pool.
     *
     * @param seal makes an image read-only that has come
     * @param quotas those of the pool
     */
    ImageTransfers(Native os, Importd importd, Transfers transfers, Consumer<ImageName> seal, QuotaGuard quotas) {
        this.os = os;
        this.importd = importd;
        this.transfers = transfers;
        this.seal = seal;
        this.quotas = quotas;
    }

    Operation<ImageName> pull(URI source, ImageName name, ImageFormat format, Verify verify) {
        String scheme = Optional.ofNullable(source.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme) || source.getHost() == null) {
            throw new IllegalArgumentException("an image is downloaded from http://… or https://…, not " + source);
        }
        String url = source.toASCIIString();
        String word = word(verify);
        TransferOperation<ImageName> operation = operation("pull", url, name);
        try {
            return begin(
                    operation,
                    () -> format == ImageFormat.TAR
                            ? importd.pullTar(url, name.value(), word, false)
                            : importd.pullRaw(url, name.value(), word, false));
        } catch (BusyException e) {
            if (e.errorName()
                    .filter("org.freedesktop.import1.TransferInProgress"::equals)
                    .isEmpty()) {
                throw e;
            }
            LOG.debug("{} is being downloaded already", url);
            return begin(operation("pull", url, name), () -> underWay(url, name, format, word, e));
        }
    }

    Operation<ImageName> importFrom(InputStream source, ImageName name, ImageFormat format) {
        PipeEnds pipe = PipeEnds.open(os);
        TransferOperation<ImageName> operation = operation("import", name.value(), name);
        begin(
                operation,
                pipe,
                pipe.source()::getFD,
                end -> format == ImageFormat.TAR
                        ? importd.importTar(end, name.value(), false, false)
                        : importd.importRaw(end, name.value(), false, false));
        pipe.feed("nspawn-import-" + name, source, operation::streamFailed);
        return operation;
    }

    Operation<ImageName> exportTo(OutputStream target, ImageName image, ImageFormat format, Compression compression) {
        CompletableFuture<ImageName> written = new CompletableFuture<>();
        TransferOperation<ImageName> operation =
                new TransferOperation<>(importd, "export", image.value(), () -> written, () -> {});
        PipeEnds pipe = PipeEnds.open(os);
        begin(
                operation,
                pipe,
                pipe.sink()::getFD,
                end -> format == ImageFormat.TAR
                        ? importd.exportTar(image.value(), end, word(compression))
                        : importd.exportRaw(image.value(), end, word(compression)));
        pipe.drain("nspawn-export-" + image, target, () -> written.complete(image), operation::streamFailed);
        return operation;
    }

    private void begin(TransferOperation<?> operation, PipeEnds pipe, End end, Function<FileDescriptor, String> call) {
        try {
            FileDescriptor descriptor = end.descriptor();
            begin(operation, () -> call.apply(descriptor));
        } catch (IOException e) {
            pipe.close();
            operation.discard();
            throw new HostFailureException(operation.failure(String.valueOf(e.getMessage())), e);
        } catch (RuntimeException e) {
            pipe.close();
            throw e;
        }
    }

    private <T> TransferOperation<T> begin(TransferOperation<T> operation, Supplier<String> call) {
        try {
            return transfers.begin(operation, call);
        } catch (RuntimeException e) {
            operation.discard();
            throw e;
        }
    }

    private TransferOperation<ImageName> operation(String verb, String subject, ImageName name) {
        Supplier<CompletableFuture<ImageName>> sealed = () -> {
            seal.accept(name);
            LOG.info("{}: {} of it is done", name, verb);
            return CompletableFuture.completedFuture(name);
        };
        return new TransferOperation<>(importd, verb, subject, sealed, quotas.hold());
    }

    /** The transfer that is in the way, if it is the same; the first's refusal if not. */
    private String underWay(String url, ImageName name, ImageFormat format, String verify, BusyException refusal) {
        String type = "pull-" + format.name().toLowerCase(Locale.ROOT);
        ListedTransfer other = importd.transfers().stream()
                .filter(transfer ->
                        transfer.remote().equals(url) && transfer.type().equals(type))
                .findAny()
                .orElseThrow(() -> refusal);
        if (!other.local().equals(name.value())
                || !importd.verification(other.path()).equals(verify)) {
            throw new BusyException(Failure.of(
                            "pull",
                            url,
                            "it is being downloaded as " + other.local() + " already, " + "or with another check")
                    .named("org.freedesktop.import1.TransferInProgress")
                    .remedy("Wait for that, then clone it or try again."));
        }
        return other.path();
    }

    private static String word(Verify verify) {
        return verify == Verify.NONE ? "no" : verify.name().toLowerCase(Locale.ROOT);
    }

    private static String word(Compression compression) {
        return compression == Compression.NONE
                ? "uncompressed"
                : compression.name().toLowerCase(Locale.ROOT);
    }
}
