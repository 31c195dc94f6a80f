package io.nspawn.net;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes many links by one group delete. The kernel waits for its readers once per delete request, whatever the number
 * of links, and that wait is nearly all of the time.
 */
final class BulkDeletion {
    private static final Logger LOG = LoggerFactory.getLogger(BulkDeletion.class);

    private final Links links;

    BulkDeletion(Links links) {
        this.links = links;
    }

    void delete(Collection<Link> doomed) {
        if (doomed.size() <= 1) {
            doomed.forEach(this::deleteOne);
            return;
        }
        int group = freeGroup();
        List<Link> moved = new ArrayList<>();
        try {
            for (Link link : doomed) {
                if (regroup(link, group)) {
                    moved.add(link);
                }
            }
            deleteGroup(group, moved);
        } catch (NetlinkException e) {
            restore(moved, e);
            throw e;
        }
        LOG.info("deleted {} links in {}", moved.size(), links.socket().namespace());
    }

    /** Chooses a random group that no link is in; a listing in which something changed is good enough for that. */
    private int freeGroup() {
        while (true) {
            int group = ThreadLocalRandom.current().nextInt(0x1000_0000, Integer.MAX_VALUE);
            if (links.listing(LinkFilter.all().group(group)).entries().isEmpty()) {
                return group;
            }
        }
    }

    private void deleteGroup(int group, List<Link> members) {
        if (members.isEmpty()) {
            return;
        }
        try {
            links.socket().change(LinkRequest.deleteGroup(group));
        } catch (KernelRefusal e) {
            if (e.is(Errno.EOPNOTSUPP)) {
                // A member that cannot be deleted at all: nothing has been deleted, and one by one tells which it is.
                members.forEach(this::deleteOne);
            } else if (!e.is(Errno.ENODEV)) {
                throw e.toException("delete", members.size() + " links");
            }
        }
    }

    private void deleteOne(Link link) {
        present(() -> links.delete(link.index()));
    }

    /** Puts links back into their own groups; an interrupt, which may be why we are here, has to wait for that. */
    private void restore(List<Link> moved, NetlinkException cause) {
        boolean interrupted = Thread.interrupted();
        try {
            moved.forEach(link -> regroup(link, link.group()));
        } catch (NetlinkException e) {
            cause.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Puts a link into a group, without a line in the log for each; tells whether the link is still there. */
    private boolean regroup(Link link, int group) {
        try {
            links.socket().change(LinkRequest.set(link.index()).u32(Ifla.GROUP, group));
            return true;
        } catch (KernelRefusal e) {
            if (e.is(Errno.ENODEV)) {
                return false;
            }
            throw e.toException("set group of", Links.describe(link.index()));
        }
    }

    private static boolean present(Runnable change) {
        try {
            change.run();
            return true;
        } catch (NetlinkException.NotFound e) {
            return false;
        }
    }
}
