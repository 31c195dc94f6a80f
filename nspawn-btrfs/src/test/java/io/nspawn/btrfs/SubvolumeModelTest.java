package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** Random sequences of operations, done to a filesystem and to a tree in memory, end in the same tree. */
@AddLifecycleHook(value = SubvolumeModelTest.NeedsBtrfs.class, propagateTo = PropagationMode.ALL_DESCENDANTS)
class SubvolumeModelTest {
    private static final LoopBtrfs BTRFS = new LoopBtrfs();

    /** Says why there is nothing to test on. */
    static final class NeedsBtrfs implements SkipExecutionHook {
        @Override
        public SkipResult shouldBeSkipped(LifecycleContext context) {
            try {
                return LoopBtrfs.missing().map(SkipResult::skip).orElse(SkipResult.doNotSkip());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @BeforeContainer
    static void mount() throws IOException {
        BTRFS.make();
    }

    @AfterContainer
    static void unmount() throws IOException {
        BTRFS.remove();
    }

    @Property(tries = 150, seed = "20261123", shrinking = ShrinkingMode.BOUNDED)
    void everySequenceEndsInTheTreeOfTheModel(@ForAll("sequences") List<Operation> operations) throws IOException {
        Path path = BTRFS.directory();
        SubvolumeModel model = new SubvolumeModel();
        try (Filesystem filesystem = Filesystem.open(path)) {
            for (Operation operation : operations) {
                if (model.size() > 60) {
                    break;
                }
                Optional<Class<? extends BtrfsException>> expected = operation.apply(model);
                Optional<Class<? extends BtrfsException>> seen = attempt(path, operation.on(model));
                assertThat(seen).as("%s on %s", operation, model).isEqualTo(expected);
                assertThat(listed(filesystem, path)).as("after %s", operation).isEqualTo(model.subvolumes());
            }
            assertThat(entries(path, model)).isEqualTo(model.entries());
        }
        for (String name : model.root().children().keySet()) {
            Subvolumes.delete(path.resolve(name), DeleteOption.RECURSIVE);
        }
        try (Stream<Path> left = Files.list(path)) {
            assertThat(left).isEmpty();
        }
    }

    private static Optional<Class<? extends BtrfsException>> attempt(Path root, SubvolumeModel.Call call) {
        try {
            call.on(root);
            return Optional.empty();
        } catch (BtrfsException e) {
            return Optional.of(e.getClass());
        }
    }

    /** The subvolumes below the root by path, and whether each is read-only. None is there twice. */
    private static Map<String, Boolean> listed(Filesystem filesystem, Path root) {
        String below = root.getFileName() + "/";
        Map<String, Boolean> found = new TreeMap<>();
        for (ListedSubvolume listed : filesystem.subvolumes()) {
            String path = listed.path().toString();
            if (path.startsWith(below)) {
                assertThat(found.put(
                                path.substring(below.length()), listed.info().readOnly()))
                        .as(path)
                        .isNull();
            }
        }
        return found;
    }

    /** What a directory listing shows of each subvolume: nested ones, and empty places of those not snapshotted. */
    private static Map<String, List<String>> entries(Path root, SubvolumeModel model) throws IOException {
        Map<String, List<String>> found = new TreeMap<>();
        for (String subvolume : model.subvolumes().keySet()) {
            try (Stream<Path> entries = Files.list(root.resolve(subvolume))) {
                found.put(
                        subvolume,
                        entries.map(path -> path.getFileName().toString())
                                .sorted()
                                .toList());
            }
        }
        return found;
    }

    @Provide
    Arbitrary<List<Operation>> sequences() {
        Arbitrary<Operation> one = Combinators.combine(
                        Arbitraries.frequencyOf(
                                net.jqwik.api.Tuple.of(4, Arbitraries.just(Operation.Kind.CREATE)),
                                net.jqwik.api.Tuple.of(4, Arbitraries.of(Operation.Kind.values()))),
                        Arbitraries.integers().between(0, 1000),
                        Arbitraries.integers().between(0, 1000),
                        Arbitraries.of("a", "b", "c", "d"))
                .as(Operation::new);
        return one.list().ofMinSize(1).ofMaxSize(14);
    }

    /**
     * One operation; the numbers choose among the subvolumes there are.
     *
     * @param subject which subvolume it is done to, or the source of a snapshot
     * @param place where the result is to be
     * @param name the name to give
     */
    record Operation(Kind kind, int subject, int place, String name) {
        enum Kind {
            CREATE,
            SNAPSHOT,
            SNAPSHOT_READ_ONLY,
            SNAPSHOT_RECURSIVE,
            SNAPSHOT_RECURSIVE_READ_ONLY,
            DELETE,
            DELETE_RECURSIVE,
            RENAME,
            SWITCH_READ_ONLY
        }

        /** Does it to the model, unless it must fail: then says how. */
        Optional<Class<? extends BtrfsException>> apply(SubvolumeModel model) {
            return model.plan(this).apply();
        }

        SubvolumeModel.Call on(SubvolumeModel model) {
            return model.lastPlan().call();
        }
    }
}
