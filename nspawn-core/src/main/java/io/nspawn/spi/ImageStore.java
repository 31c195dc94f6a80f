package io.nspawn.spi;

import io.nspawn.model.Compression;
import io.nspawn.model.ImageFormat;
import io.nspawn.model.ImageName;
import io.nspawn.model.ImageSource;
import io.nspawn.model.ImageUsage;
import io.nspawn.model.Operation;
import io.nspawn.model.Verify;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The pool: images, and the roots of containers, side by side as machined has them ({@code /var/lib/machines}).
 *
 * <p>A name starting with {@code .#} is a root under construction; machined neither shows nor starts it.
 */
public interface ImageStore extends AutoCloseable {
    /** What starts the name of a root under construction. */
    String STAGING_PREFIX = ".#nspawn-";

    /** What starts the name of an image under construction: apart from the above, which every deploy sweeps. */
    String IMAGE_STAGING_PREFIX = ".#image-";

    /**
     * An entry of the pool.
     *
     * @param name its name, a staging name too
     * @param readOnly whether it is sealed
     * @param created when it was made, where the file system keeps that
     */
    record Root(String name, boolean readOnly, Optional<Instant> created) {
        public boolean isStaging() {
            return name.startsWith(STAGING_PREFIX);
        }
    }

    /**
     * Bytes of the whole pool.
     *
     * @param total its size
     * @param used bytes in use by data and metadata
     * @param free bytes that new data can take, an estimate
     */
    record Space(long total, long used, long free) {}

    /** All entries, staging ones included, in no order. */
    List<Root> list();

    Optional<Root> find(String name);

    Space space();

    /** Bytes on disk that this root wrote since it was cloned and shares with nobody; empty where that cannot be told. */
    OptionalLong ownBytes(String name);

    /**
     * Clones an image into several roots, all or none: on failure none of the names exists.
     *
     * @throws io.nspawn.model.NotFoundException if the image is not there
     * @throws io.nspawn.model.AlreadyExistsException if a name is taken
     * @throws io.nspawn.model.NoSpaceException if the pool is full
     */
    void cloneAll(ImageName image, Collection<String> names);

    /**
     * Takes a snapshot of a root with all that is nested in it, a container's that runs too. What fails leaves nothing
     * behind; what is killed leaves a part of it, so that {@code to} is a name of a root under construction.
     *
     * @param readOnly whether it can never be written again
     * @throws io.nspawn.model.NotFoundException if {@code from} is not there
     * @throws io.nspawn.model.AlreadyExistsException if {@code to} is taken
     * @throws io.nspawn.model.NoSpaceException if the pool is full
     */
    void snapshot(String from, String to, boolean readOnly);

    /**
     * Copies files and trees of one root to the same places of another, sharing their bytes where the file system can:
     * owners, permissions, times, extended attributes and hard links among them too. No symbolic link leads out of either
     * root, and none at the end of a path or below it is followed. What stands in a place is replaced; a path that
     * {@code from} does not have is passed over. Nothing runs on either root.
     *
     * @param paths relative to the roots
     * @throws io.nspawn.model.NotFoundException if a root is not there
     * @throws io.nspawn.model.NoSpaceException if the pool is full
     */
    void copy(String from, String to, Collection<String> paths);

    /**
     * Opens a root to read and write files in it.
     *
     * @throws io.nspawn.model.NotFoundException if there is no such root
     */
    RootFiles open(String name);

    /** Makes all that was written to the pool so far durable, renames included. */
    void sync();

    /**
     * Waits until the space of removed roots is free and all is on disk, so that {@link #space} counts what is there.
     *
     * @throws io.nspawn.model.DeadlineExceededException if the file system takes longer
     */
    void settle(Duration deadline);

    /**
     * Renames a root in one step; it keeps its content and its identity.
     *
     * @throws io.nspawn.model.BusyException if a container runs on it, or machined works on it
     * @throws io.nspawn.model.AlreadyExistsException if {@code to} is taken
     */
    void rename(String from, String to);

    /**
     * Deletes roots with all that is nested in them; a name that is not there is passed over.
     *
     * @throws io.nspawn.model.BusyException if a container runs on one, or machined works on it
     */
    void remove(Collection<String> names);

    /**
     * What an image takes and may take.
     *
     * @throws io.nspawn.model.NotFoundException if it is not there
     */
    ImageUsage usage(ImageName image);

    /**
     * Seals an image, or makes it writable.
     *
     * @throws io.nspawn.model.NotFoundException if it is not there
     * @throws io.nspawn.model.BusyException if a container runs on it
     */
    void setReadOnly(ImageName image, boolean readOnly);

    /**
     * Limits the bytes that an image may refer to.
     *
     * @param bytes empty for no limit
     * @throws io.nspawn.model.NotFoundException if it is not there
     * @throws io.nspawn.model.UnsupportedException if the file system counts no bytes, for want of quotas
     */
    void limit(ImageName image, OptionalLong bytes);

    /**
     * Renames an image with the settings files that belong to it.
     *
     * @throws io.nspawn.model.NotFoundException if it is not there
     * @throws io.nspawn.model.AlreadyExistsException if {@code to} is taken
     * @throws io.nspawn.model.BusyException if a container runs on it
     */
    void renameImage(ImageName from, ImageName to);

    /**
     * Deletes an image with the settings files that belong to it.
     *
     * @throws io.nspawn.model.NotFoundException if it is not there
     * @throws io.nspawn.model.BusyException if a container runs on it
     */
    void removeImage(ImageName image);

    /** Deletes hidden images that nobody uses, such as the copies that downloads keep. Returns their names. */
    List<String> cleanHidden();

    /**
     * Downloads an image; one that is being downloaded from there to that name already is joined. It is sealed when it is
     * there.
     *
     * @param source http or https
     * @throws io.nspawn.model.AlreadyExistsException if the name is taken
     * @throws io.nspawn.model.BusyException if the same is being downloaded to another name, or with another check
     */
    Operation<ImageName> pull(URI source, ImageName name, ImageFormat format, Verify verify);

    /**
     * Makes an image of what a stream says; it is sealed when it is there.
     *
     * @param source read by a thread of its own, and left open
     * @throws io.nspawn.model.AlreadyExistsException if the name is taken
     */
    Operation<ImageName> importFrom(InputStream source, ImageName name, ImageFormat format);

    /**
     * Writes an image to a stream.
     *
     * @param target written by a thread of its own, and left open
     * @throws io.nspawn.model.NotFoundException if it is not there
     */
    Operation<ImageName> exportTo(OutputStream target, ImageName image, ImageFormat format, Compression compression);

    /**
     * Opens what a source has in it, to look at it before it is used; empty for one that is not known before.
     *
     * @throws io.nspawn.model.NotFoundException if the source is not there
     * @throws io.nspawn.model.UnsupportedException if the program that it takes is not installed
     */
    Optional<RootFiles> look(ImageSource source);

    /** Text that is another whenever the content of a source is, as far as can be told before it is used. */
    String fingerprint(ImageSource source);

    /** The subvolumes nested in a source, by path relative to it, parents first; none where that is not known before. */
    List<String> nested(ImageSource source);

    /** The subvolumes nested in a root, by path relative to it, parents first. */
    List<String> nested(String root);

    /**
     * Makes a new writable root of a source, all in one subvolume; nothing of it is left on failure. What is mounted
     * below a directory is left out.
     *
     * @param name a hidden name
     * @param log told of what the programs that do it say, a line at a time
     * @throws io.nspawn.model.AlreadyExistsException if the name is taken
     * @throws io.nspawn.model.InterruptedOperationException if the thread is interrupted
     */
    void make(String name, ImageSource source, Consumer<String> log);

    /** Makes a hidden root read-only; {@link #setReadOnly} is for those that machined knows. */
    void seal(String name);

    /**
     * Lets two roots have each other's name, in one step.
     *
     * @throws io.nspawn.model.NotFoundException if one of them is not there
     */
    void exchange(String one, String other);

    /** What the pool stands on; there also when there is no pool yet. */
    PoolBacking backing();

    @Override
    void close();
}
