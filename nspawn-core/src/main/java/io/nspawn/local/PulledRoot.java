package io.nspawn.local;

import io.nspawn.model.ImageFormat;
import io.nspawn.model.ImageName;
import io.nspawn.model.ImageSource;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.Operation;
import io.nspawn.spi.ImageStore;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Makes a hidden root of a download. importd gives hidden names to nobody, so the download has one of its own first. */
final class PulledRoot {
    private static final String PREFIX = "nspawn-pull-";
    private static final Duration AT_MOST = Duration.ofHours(6);

    private PulledRoot() {}

    static void make(ImageStore store, String hidden, ImageSource.Pull source, Consumer<String> log) {
        ImageName name = ImageName.of(PREFIX + hidden.substring(ImageStore.IMAGE_STAGING_PREFIX.length()));
        // Left by a run that was killed after its download.
        store.remove(List.of(name.value()));
        Operation<ImageName> download = store.pull(source.address(), name, ImageFormat.TAR, source.verify());
        String[] last = {""};
        try {
            download.await(AT_MOST, state -> {
                if (!state.message().isEmpty() && !state.message().equals(last[0])) {
                    last[0] = state.message();
                    log.accept(last[0]);
                }
            });
        } catch (InterruptedOperationException e) {
            download.cancel();
            throw e;
        }
        store.setReadOnly(name, false);
        store.rename(name.value(), hidden);
    }
}
