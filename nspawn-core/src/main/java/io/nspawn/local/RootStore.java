package io.nspawn.local;

import io.nspawn.model.ImageName;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.ImageStore.Space;
import io.nspawn.spi.RootFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What of the pool is this library's own: the roots, without what machined and importd do. See {@code ImageStore}. */
interface RootStore extends AutoCloseable {
    /** What is neither an image nor a root of ours (a name that is not UTF-8, another program's staging) is left out. */
    List<Root> list();

    Optional<Root> find(String name);

    Space space();

    OptionalLong ownBytes(String name);

    void cloneAll(ImageName image, Collection<String> names);

    void snapshot(String from, String to, boolean readOnly);

    void copy(String from, String to, Collection<String> paths);

    RootFiles open(String name);

    void sync();

    void settle(Duration deadline);

    void rename(String from, String to);

    void exchange(String one, String other);

    /** Where a root is. */
    Path path(String name);

    /** Makes an empty root. */
    void create(String name);

    void seal(String name);

    /** Text that is another whenever the content of a root is. */
    String version(String name);

    /** The paths of the subvolumes below a root, parents first. */
    List<String> nested(String name);

    void remove(Collection<String> names);

    @Override
    void close();
}
