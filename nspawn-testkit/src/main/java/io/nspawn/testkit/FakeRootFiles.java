package io.nspawn.testkit;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.spi.RootFiles;
import java.util.List;
import java.util.Optional;

/** The files of one root as the engine sees them; an open root stays the same one when it is renamed. */
final class FakeRootFiles implements RootFiles {
    private static final int MAX_READ = 1 << 20;

    private final FakePool pool;
    private final FakeRoot root;
    private final String name;
    private final Faults faults;

    FakeRootFiles(FakePool pool, FakeRoot root, String name, Faults faults) {
        this.pool = pool;
        this.root = root;
        this.name = name;
        this.faults = faults;
    }

    @Override
    public Optional<byte[]> read(String path) {
        Optional<byte[]> content = root.tree().read(path);
        if (content.isPresent() && content.get().length > MAX_READ) {
            throw new HostFailureException(
                    Failure.of("read", where(path), "has more than 1 MiB").named("EFBIG"));
        }
        return content;
    }

    @Override
    public void write(String path, byte[] content, int mode) {
        faults.around(Operation.WRITE_IN_ROOT, where(path), () -> {
            requireWritable(path);
            pool.requireRoom("write", where(path), content.length);
            root.tree().write(path, content, mode);
        });
    }

    /** In memory no place is better than another. */
    @Override
    public void overwrite(String path, byte[] content, int mode) {
        write(path, content, mode);
    }

    @Override
    public void link(String path, String target) {
        faults.around(Operation.WRITE_IN_ROOT, where(path), () -> {
            requireWritable(path);
            root.tree().link(path, target);
        });
    }

    @Override
    public List<String> list(String directory) {
        return root.tree().list(directory);
    }

    @Override
    public boolean delete(String path) {
        boolean[] there = new boolean[1];
        faults.around(Operation.DELETE_IN_ROOT, where(path), () -> {
            requireWritable(path);
            there[0] = root.tree().delete(path);
        });
        return there[0];
    }

    @Override
    public void close() {}

    private void requireWritable(String path) {
        if (root.isSealed()) {
            throw new HostFailureException(
                    Failure.of("write", where(path), "the root is read-only").named("EROFS"));
        }
    }

    private String where(String path) {
        return name + ":" + path;
    }
}
