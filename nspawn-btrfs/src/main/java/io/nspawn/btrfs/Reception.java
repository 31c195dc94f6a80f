package io.nspawn.btrfs;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives the subvolumes of one stream into a directory. What fails takes the subvolume under way with it. */
final class Reception {
    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    /** The subvolume under way. */
    private record Current(EntryName name, UUID uuid, long transaction, StagedSubvolume staged, ReceivedTree tree) {}

    private final Descriptor target;
    private final StreamSubvolumes subvolumes;
    private final List<SubvolumeInfo> received = new ArrayList<>();
    private boolean published;
    private Optional<Current> current = Optional.empty();

    Reception(Descriptor target, FileCalls files) {
        this.target = target;
        this.subvolumes = new StreamSubvolumes(target, files);
    }

    List<SubvolumeInfo> run(ReadableByteChannel channel) throws IOException {
        SendStreamReader reader = SendStreamReader.open(channel);
        StagedSubvolume.sweep(target);
        try {
            SendCommand command = reader.next();
            while (!(command instanceof SendCommand.End)) {
                stopIfInterrupted();
                apply(command, reader);
                command = reader.next();
            }
            finish();
            if (received.isEmpty()) {
                throw reader.refuse("the stream ends without a subvolume");
            }
            return List.copyOf(received);
        } catch (IOException | RuntimeException | Error e) {
            abandon(e);
            throw e;
        }
    }

    private void stopIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new BtrfsException.Interrupted(Failure.of("receive", target.path(), ""));
        }
    }

    private void apply(SendCommand command, SendStreamReader reader) {
        if (command instanceof SendCommand.OnPath onPath) {
            current.orElseThrow(() -> reader.refuse("a command comes before the subvolume that it is about"))
                    .tree
                    .apply(onPath);
        } else if (command instanceof SendCommand.MakeSubvolume made) {
            finish();
            requireFree(made.name());
            begin(made.name(), made.uuid(), made.transaction(), StagedSubvolume.empty(target));
        } else if (command instanceof SendCommand.MakeSnapshot made) {
            finish();
            requireFree(made.name());
            try (Subvolume parent = subvolumes.find(made.parent(), made.parentTransaction())) {
                begin(made.name(), made.uuid(), made.transaction(), StagedSubvolume.snapshot(target, parent));
            }
        }
    }

    private void requireFree(EntryName name) {
        try {
            Inode.of(target, name);
        } catch (BtrfsException.NotFound e) {
            LOG.debug("free: {}", e.getMessage());
            return;
        }
        throw Failure.exception(Ioctl.SUBVOL_CREATE_V2, target.path() + "/" + name, Errno.EEXIST.intValue());
    }

    private void begin(EntryName name, UUID uuid, long transaction, StagedSubvolume staged) {
        ReceivedTree tree = new ReceivedTree(staged.subvolume().descriptor(), uuid, subvolumes);
        current = Optional.of(new Current(name, uuid, transaction, staged, tree));
    }

    /** Ends the subvolume under way, if there is one. */
    private void finish() {
        if (current.isPresent()) {
            Current whole = current.get();
            whole.tree.close();
            whole.staged.publish(whole.name, whole.uuid, whole.transaction);
            published = true;
            received.add(whole.staged.subvolume().info());
            whole.staged.close();
            current = Optional.empty();
            LOG.info("Received subvolume {}/{}", target.path(), whole.name);
        }
    }

    private void abandon(Throwable failed) {
        try {
            current.ifPresent(half -> {
                half.tree.close();
                half.staged.close();
            });
            if (failed instanceof BtrfsException e) {
                e.outcome(published ? Outcome.UNKNOWN : Outcome.NOT_APPLIED);
            }
        } catch (BtrfsException e) {
            BtrfsException.halfUndone(failed, e);
        }
    }
}
