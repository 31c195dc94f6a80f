package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells that entries of the pool's directory came or went (inotify(7)): of images no service tells. */
final class PoolWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");

    private final Path directory;
    private final WatchService service;
    private final Runnable changed;

    PoolWatch(Path directory, Runnable changed) {
        this.directory = directory;
        this.changed = changed;
        try {
            this.service = directory.getFileSystem().newWatchService();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Watches from now on. */
    void start() {
        try {
            directory.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
        } catch (IOException e) {
            throw failure(e);
        }
        Thread thread = new Thread(this::watch, "nspawn-pool-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** The visible directories and disk images in it; a disk image goes by its name without {@code .raw}. */
    Set<String> names() {
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (!name.startsWith(".") && (name.endsWith(".raw") || Files.isDirectory(entry))) {
                    names.add(name.endsWith(".raw") ? name.substring(0, name.length() - ".raw".length()) : name);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw failure(e);
        }
        return names;
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            LOG.debug("closing the watch of {}: {}", directory, e.getMessage());
        }
    }

    private void watch() {
        try {
            boolean valid = true;
            while (valid) {
                WatchKey key = service.take();
                key.pollEvents();
                valid = key.reset();
                changed.run();
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            LOG.trace("the watch of {} has ended", directory, e);
        }
    }

    private HostFailureException failure(Exception e) {
        return new HostFailureException(Failure.of("watch", directory.toString(), String.valueOf(e.getMessage())), e);
    }
}
