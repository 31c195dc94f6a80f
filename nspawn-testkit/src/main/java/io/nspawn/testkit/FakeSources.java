package io.nspawn.testkit;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.ImageFormat;
import io.nspawn.model.ImageName;
import io.nspawn.model.ImageSource;
import io.nspawn.model.NotFoundException;
import io.nspawn.testkit.RootTree.Directory;
import io.nspawn.testkit.RootTree.FileNode;
import io.nspawn.testkit.RootTree.Link;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/** What roots are made from: images and directories of the fake as they are, a small Debian for whatever else there is. */
final class FakeSources {
    private static final Duration DOWNLOAD = Duration.ofHours(1);

    private final FakePool pool;
    private final FakeFiles files;
    private final FakeTransfers transfers;

    FakeSources(FakePool pool, FakeFiles files, FakeTransfers transfers) {
        this.pool = pool;
        this.files = files;
        this.transfers = transfers;
    }

    /** What is in a source that can be looked at. */
    Optional<RootTree> tree(ImageSource source) {
        if (source instanceof ImageSource.Existing existing) {
            return Optional.of(pool.get("look at", existing.image().value()).tree());
        }
        if (source instanceof ImageSource.Directory directory) {
            RootTree copy = new RootTree();
            String path = key(directory.path());
            if (files.tree().find(path).filter(Directory.class::isInstance).isEmpty()) {
                throw missing(path);
            }
            TreeCopy.copy(files.tree(), path, copy, "", true);
            return Optional.of(copy);
        }
        if (source instanceof ImageSource.Tar tar
                && files.tree().read(key(tar.file())).isEmpty()) {
            throw missing(key(tar.file()));
        }
        return Optional.empty();
    }

    String fingerprint(ImageSource source) {
        if (source instanceof ImageSource.Tar tar) {
            return String.valueOf(
                    Arrays.hashCode(files.tree().read(key(tar.file())).orElseThrow()));
        }
        return tree(source).map(FakeSources::digest).orElseGet(source::description);
    }

    /** What becomes of a source that is no image. */
    RootTree made(ImageSource source, Consumer<String> log) {
        if (source instanceof ImageSource.TarStream stream) {
            drain(stream);
        } else if (source instanceof ImageSource.Pull pull) {
            ImageName name = ImageName.of("nspawn-pull");
            transfers
                    .pull(pull.address(), name, ImageFormat.TAR, pull.verify())
                    .await(DOWNLOAD, state -> log.accept(state.message()));
            pool.remove(name.value());
        }
        return tree(source).orElseGet(() -> FakeImage.debian("debian"));
    }

    private static void drain(ImageSource.TarStream source) {
        try (InputStream stream = source.opener().get()) {
            stream.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new HostFailureException(Failure.of("read", "the archive", String.valueOf(e.getMessage())), e);
        }
    }

    private static String digest(RootTree tree) {
        StringBuilder text = new StringBuilder();
        tree.nodes().forEach((path, node) -> {
            text.append(path).append(' ');
            if (node instanceof FileNode file) {
                text.append(file.mode()).append(' ').append(Arrays.hashCode(file.content()));
            } else if (node instanceof Link link) {
                text.append(link.target());
            }
            text.append('\n');
        });
        return Integer.toHexString(text.toString().hashCode());
    }

    private static String key(Path path) {
        return path.toString().replace('\\', '/').substring(1);
    }

    private static NotFoundException missing(String path) {
        return new NotFoundException(
                Failure.of("look at", "/" + path, "No such file or directory").named("ENOENT"));
    }
}
