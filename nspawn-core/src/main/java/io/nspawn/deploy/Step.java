package io.nspawn.deploy;

import io.nspawn.model.ImageName;
import io.nspawn.model.MachineName;
import io.nspawn.model.Nic;
import io.nspawn.model.Size;
import io.nspawn.model.SnapshotName;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacAddress;
import io.nspawn.spi.ImageStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One change to a host, as data. A step names what it acts on; the ports and the order are the {@link Deployer}'s.
 *
 * <p>Every step can be done again: done twice it leaves what it left the first time.
 */
public sealed interface Step {
    /** The phases of a deploy or a removal, in the order in which they run; each is done for all containers at once. */
    enum Phase {
        SWEEP,
        STOP,
        DISABLE,
        REMOVE,
        NOTE,
        FORGET,
        CLONE,
        QUOTA,
        IDENTIFY,
        CONFIGURE,
        WRITE,
        PUBLISH,
        ENABLE,
        DELETE,
        RELOAD,
        LIMIT,
        HALT,
        START,
        NETWORK,
        ATTACH,
        SETTLE;

        /** The phase in small letters, as progress reports name it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Phase phase();

    /** The container it is for; empty for what all share. */
    Optional<MachineName> machine();

    /** What it does, in a few words. */
    String summary();

    /** A step that is for one container. */
    sealed interface OfContainer extends Step {
        MachineName name();

        @Override
        default Optional<MachineName> machine() {
            return Optional.of(name());
        }
    }

    /** What sort of step it is, in one word that stays the same from version to version: {@code CloneRoot}. */
    default String kind() {
        return getClass().getSimpleName();
    }

    /** The name of a root while it is made. */
    static String staging(MachineName machine) {
        return ImageStore.STAGING_PREFIX + machine;
    }

    /** Removes what a deploy that was killed left half-made. */
    record SweepRoot(String name) implements Step {
        @Override
        public Phase phase() {
            return Phase.SWEEP;
        }

        @Override
        public Optional<MachineName> machine() {
            return Optional.empty();
        }

        @Override
        public String summary() {
            return "remove the unfinished root " + name;
        }
    }

    /** Clones an image under a hidden name. */
    record CloneRoot(MachineName name, ImageName image) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.CLONE;
        }

        @Override
        public String summary() {
            return "clone image " + image;
        }
    }

    /** Gives a clone an identity of its own: a new machine-id, nothing kept that the image's hosts had in common. */
    record ResetIdentity(MachineName name) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.IDENTIFY;
        }

        @Override
        public String summary() {
            return "give it a new machine-id, without host keys, seed, leases and journals of the image";
        }
    }

    /**
     * Writes a file inside a root.
     *
     * @param root the root's name in the pool, a staging name for a new container
     * @param path relative to the root
     */
    record WriteInRoot(MachineName name, String root, String path, String text) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.CONFIGURE;
        }

        @Override
        public String summary() {
            return "write " + path + " inside";
        }
    }

    /** Deletes a file of ours inside a root, which the spec no longer asks for. */
    record DeleteInRoot(MachineName name, String root, String path) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.CONFIGURE;
        }

        @Override
        public String summary() {
            return "delete " + path + " inside";
        }
    }

    /**
     * Limits what a container may write to the pool.
     *
     * @param root the root's name in the pool, a staging name for a new container
     */
    record LimitDisk(MachineName name, String root, Size most) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.QUOTA;
        }

        @Override
        public String summary() {
            return "limit what it writes to " + most;
        }
    }

    /** Writes a file of the host. */
    record WriteFile(MachineName name, Path file, String text) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.WRITE;
        }

        @Override
        public String summary() {
            return "write " + file;
        }
    }

    /** Makes a finished root durable and gives it its name: from here on the container can be started. */
    record PublishRoot(MachineName name) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.PUBLISH;
        }

        @Override
        public String summary() {
            return "rename its root into place";
        }
    }

    /** Makes PID 1 read the files of units again, once for all. */
    record ReloadUnits() implements Step {
        @Override
        public Phase phase() {
            return Phase.RELOAD;
        }

        @Override
        public Optional<MachineName> machine() {
            return Optional.empty();
        }

        @Override
        public String summary() {
            return "reload unit files";
        }
    }

    /** Lets a container start with the host. */
    record EnableUnit(MachineName name) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.ENABLE;
        }

        @Override
        public String summary() {
            return "enable " + name.unit();
        }
    }

    /**
     * Starts a container and waits until its init is up.
     *
     * @param after those of the same plan that are ready before it is started
     */
    record StartUnit(MachineName name, List<MachineName> after) implements OfContainer {
        public StartUnit {
            after = List.copyOf(after);
        }

        /** Starts one that waits for no other. */
        public StartUnit(MachineName name) {
            this(name, List.of());
        }

        @Override
        public Phase phase() {
            return Phase.START;
        }

        @Override
        public String summary() {
            return "start " + name.unit();
        }
    }

    /** Stops a container and waits until nothing of it runs; that its unit failed is forgotten. */
    record StopUnit(MachineName name) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.STOP;
        }

        @Override
        public String summary() {
            return "stop " + name.unit();
        }
    }

    /** No longer starts a container with the host. */
    record DisableUnit(MachineName name) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.DISABLE;
        }

        @Override
        public String summary() {
            return "disable " + name.unit();
        }
    }

    /** Deletes a file of ours, and its directory when it was made for it alone and is empty. */
    record DeleteFile(MachineName name, Path file) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.DELETE;
        }

        @Override
        public String summary() {
            return "delete " + file;
        }
    }

    /** Deletes a container's root with all that is in it. */
    record RemoveRoot(MachineName name) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.REMOVE;
        }

        @Override
        public String summary() {
            return "delete its root";
        }
    }

    /**
     * Notes what a container runs with while its files say otherwise: before the first of them is changed, and again when
     * a part of the changes is in force.
     *
     * @param phase {@link Phase#NOTE} or {@link Phase#SETTLE}
     */
    record NoteRun(MachineName name, Path file, String text, Phase phase) implements OfContainer {
        @Override
        public String summary() {
            return "note what it runs with in " + file;
        }
    }

    /**
     * Has PID 1 put into force at once, in a container that runs, what the unit's files say of limits and devices. By
     * itself it does so too, but some time after it has read them.
     *
     * @param tasks the greatest number of processes and threads
     */
    record ApplyLimits(MachineName name, long tasks) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.LIMIT;
        }

        @Override
        public String summary() {
            return "put its limits into force";
        }
    }

    /**
     * Forgets a limit that was set while a container ran, which would overrule the one that is written now.
     *
     * @param file the drop-in below {@code /run} in which PID 1 keeps it until the next boot
     */
    record ForgetRuntimeLimit(MachineName name, Path file) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.WRITE;
        }

        @Override
        public String summary() {
            return "forget the limit set in " + file;
        }
    }

    /** Forgets what a container ran with: its files say it again. */
    record ForgetRun(MachineName name, Path file) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.SETTLE;
        }

        @Override
        public String summary() {
            return "delete the note " + file;
        }
    }

    /** Stops a container that is started again by the same plan. */
    record HaltUnit(MachineName name) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.HALT;
        }

        @Override
        public String summary() {
            return "stop " + name.unit() + " to start it anew";
        }
    }

    /** Sets addresses and routes of a container's interfaces from outside: inside an application container nobody does. */
    record ConfigureNics(MachineName name, List<Nic> nics) implements OfContainer {
        public ConfigureNics {
            nics = List.copyOf(nics);
        }

        @Override
        public Phase phase() {
            return Phase.START;
        }

        @Override
        public String summary() {
            return "set the addresses of " + nics.size() + (nics.size() == 1 ? " interface" : " interfaces")
                    + " inside";
        }
    }

    /** Has the networkd in a container that runs read its files again, and set the interfaces up by them. */
    record ReloadNetwork(MachineName name) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.NETWORK;
        }

        @Override
        public String summary() {
            return "reload the network files inside";
        }
    }

    /**
     * Makes a further macvlan straight in the network namespace of a container that runs, with the name and MAC that
     * systemd-nspawn gives it at the next start.
     *
     * @param configured whether its addresses are set from outside too, as for {@link ConfigureNics}
     */
    record AttachNic(MachineName name, Nic nic, InterfaceName inside, MacAddress mac, boolean configured)
            implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.ATTACH;
        }

        @Override
        public String summary() {
            return "make " + inside + " on " + nic.lower() + " in it while it runs";
        }
    }

    /** Deletes a snapshot of a container. */
    record RemoveSnapshot(MachineName name, SnapshotName snapshot) implements OfContainer {
        @Override
        public Phase phase() {
            return Phase.FORGET;
        }

        @Override
        public String summary() {
            return "delete its snapshot " + snapshot;
        }
    }
}
