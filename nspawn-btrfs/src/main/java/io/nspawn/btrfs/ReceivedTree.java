package io.nspawn.btrfs;

import java.util.UUID;

/** The content of a subvolume that is being received. */
final class ReceivedTree implements AutoCloseable {
    private final ReceivedPaths paths;
    private final ReceivedEntries entries;
    private final ReceivedProperties properties;
    private final ReceivedContent content;

    /**
     * Begins with what is in the subvolume.
     *
     * @param root its root directory, which stays the caller's
     * @param uuid the UUID by which the stream means this subvolume
     * @param subvolumes the others
     */
    ReceivedTree(Descriptor root, UUID uuid, StreamSubvolumes subvolumes) {
        FileCalls files = subvolumes.files();
        this.paths = new ReceivedPaths(root);
        this.entries = new ReceivedEntries(paths, root.kernel(), files);
        this.properties = new ReceivedProperties(paths, files);
        this.content =
                new ReceivedContent(paths, files, new CloneSources(uuid, paths, subvolumes), new EncodedData(files));
    }

    /**
     * Carries a command out.
     *
     * @throws BtrfsException.Unsupported if it stands for data that was left out of the stream
     */
    void apply(SendCommand.OnPath command) {
        if (command instanceof SendCommand.UpdateExtent left) {
            throw new BtrfsException.Unsupported(
                    Failure.of("receive", left.path().toString(), "the stream was sent without data"), "");
        }
        if (moves(command)) {
            content.forget();
        }
        boolean done = content.apply(command) || entries.apply(command) || properties.apply(command);
        if (!done) {
            throw new IllegalStateException("not carried out: " + command);
        }
    }

    private static boolean moves(SendCommand.OnPath command) {
        return command instanceof SendCommand.Rename
                || command instanceof SendCommand.Unlink
                || command instanceof SendCommand.RemoveDirectory;
    }

    @Override
    public void close() {
        content.close();
        paths.close();
    }
}
