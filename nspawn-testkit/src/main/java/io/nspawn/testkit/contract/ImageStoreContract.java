package io.nspawn.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.Compression;
import io.nspawn.model.ImageFormat;
import io.nspawn.model.ImageName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.PoolState;
import io.nspawn.model.UnsupportedException;
import io.nspawn.model.Verify;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.ImageStore.Space;
import io.nspawn.spi.RootFiles;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What every {@link ImageStore} keeps to. Quotas of the host are off. */
public abstract class ImageStoreContract extends PortContract {
    private static final String STAGING = ImageStore.STAGING_PREFIX + "ct-one";
    private static final ImageName NONE = ImageName.of("ct-none");

    /** For those who say which host it is. */
    protected ImageStoreContract() {}

    private ImageStore images() {
        return ports().images();
    }

    private boolean isOnBtrfs() {
        return images().backing().state() instanceof PoolState.Ready;
    }

    private Set<String> names() {
        return images().list().stream().map(Root::name).collect(Collectors.toSet());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theImageIsListedAndFoundAndSealed() {
        assertTrue(names().contains(image()));
        Root found = images().find(image()).orElseThrow();
        assertEquals(image(), found.name());
        assertTrue(found.readOnly());
        assertFalse(found.isStaging());
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertTrue(images().find(NONE.value()).isEmpty());
        assertFalse(names().contains(NONE.value()));
        assertEquals(OptionalLong.empty(), images().ownBytes(NONE.value()));
    }

    @Test
    void spaceAddsUp() {
        Space space = images().space();
        assertTrue(space.total() > 0 && space.used() > 0 && space.free() > 0, space::toString);
        assertTrue(space.used() <= space.total() && space.free() <= space.total(), space::toString);
    }

    @Test
    void clonesAreWritableAndAllThere() {
        images().cloneAll(base(), List.of("ct-one", STAGING));

        assertTrue(names().containsAll(List.of("ct-one", STAGING)));
        assertFalse(images().find("ct-one").orElseThrow().readOnly());
        assertTrue(images().find(STAGING).orElseThrow().isStaging());
        // A store that shares nothing has nothing to tell apart.
        assertEquals(isOnBtrfs(), images().ownBytes("ct-one").isPresent());
    }

    @Test
    void clonesAreAllOrNone() {
        root("ct-two");

        refused(AlreadyExistsException.class, () -> images().cloneAll(base(), List.of("ct-one", "ct-two", "ct-three")));

        assertTrue(images().find("ct-one").isEmpty());
        assertTrue(images().find("ct-three").isEmpty());
        assertTrue(images().find("ct-two").isPresent());
    }

    @Test
    void whatIsNotThereIsNotCloned() {
        refused(NotFoundException.class, () -> images().cloneAll(NONE, List.of("ct-one")));
        assertTrue(images().find("ct-one").isEmpty());
    }

    @Test
    void filesOfARootAreWrittenReadListedAndDeleted() {
        root("ct-one");
        try (RootFiles files = images().open("ct-one")) {
            assertTrue(files.read("ct/deep/file").isEmpty());
            assertTrue(files.list("ct").isEmpty());
            files.write("ct/deep/file", bytes("one"), 0644);
            files.overwrite("ct/deep/other", bytes("a longer text"), 0600);
            files.overwrite("ct/deep/other", bytes("two"), 0600);
            files.link("ct/link", "/ct/deep/file");

            assertArrayEquals(bytes("one"), files.read("ct/deep/file").orElseThrow());
            assertArrayEquals(bytes("two"), files.read("ct/deep/other").orElseThrow());
            assertArrayEquals(bytes("one"), files.read("ct/link").orElseThrow());
            assertEquals(Set.of("file", "other"), Set.copyOf(files.list("ct/deep")));
            files.write("ct/link", bytes("no link"), 0644);
            assertArrayEquals(bytes("one"), files.read("ct/deep/file").orElseThrow());
            assertTrue(files.delete("ct"));
            assertFalse(files.delete("ct"));
            assertTrue(files.list("ct").isEmpty());
        }
        try (RootFiles files = images().open(image())) {
            assertTrue(files.read("ct/deep/file").isEmpty());
        }
    }

    @Test
    void noPathLeavesARoot() {
        root("ct-one");
        try (RootFiles files = images().open("ct-one")) {
            files.write("ct/file", bytes("inside"), 0644);
            files.link("ct/up", "../../../../../../ct");

            assertArrayEquals(bytes("inside"), files.read("ct/up/file").orElseThrow());
            assertArrayEquals(bytes("inside"), files.read("../../ct/file").orElseThrow());
        }
    }

    @Test
    void whatIsNotThereIsNotOpened() {
        refused(NotFoundException.class, () -> images().open(NONE.value()).close());
    }

    @Test
    void syncAndSettleEnd() {
        root("ct-one");
        images().sync();
        images().remove(List.of("ct-one"));
        images().settle(LONG);
        assertFalse(names().contains("ct-one"));
    }

    @Test
    void aRootIsRenamedWithItsContent() {
        root(STAGING);
        try (RootFiles files = images().open(STAGING)) {
            files.write("ct/file", bytes("kept"), 0644);
        }

        images().rename(STAGING, "ct-one");

        assertTrue(images().find(STAGING).isEmpty());
        try (RootFiles files = images().open("ct-one")) {
            assertArrayEquals(bytes("kept"), files.read("ct/file").orElseThrow());
        }
    }

    @Test
    void aRootIsNotRenamedOverAnother() {
        root("ct-one");
        root("ct-two");
        refused(AlreadyExistsException.class, () -> images().rename("ct-one", "ct-two"));
        refused(NotFoundException.class, () -> images().rename(NONE.value(), "ct-three"));
        assertTrue(names().containsAll(List.of("ct-one", "ct-two")));
    }

    @Test
    void rootsAreRemovedAndWhatIsNotThereIsPassedOver() {
        root("ct-one");
        root(STAGING);
        images().remove(List.of("ct-one", NONE.value(), STAGING));
        assertFalse(names().stream().anyMatch(name -> name.contains(PREFIX)));
    }

    @Test
    void usageIsOfWhatIsThere() {
        assertEquals(OptionalLong.empty(), images().usage(base()).limit());
        refused(NotFoundException.class, () -> images().usage(NONE));
    }

    @Test
    void anImageIsSealedAndUnsealed() {
        root("ct-one");
        images().setReadOnly(ImageName.of("ct-one"), true);
        assertTrue(images().find("ct-one").orElseThrow().readOnly());
        images().setReadOnly(ImageName.of("ct-one"), true);
        images().setReadOnly(ImageName.of("ct-one"), false);
        assertFalse(images().find("ct-one").orElseThrow().readOnly());
        refused(NotFoundException.class, () -> images().setReadOnly(NONE, true));
    }

    @Test
    void withoutQuotasNothingIsLimited() {
        root("ct-one");
        refused(UnsupportedException.class, () -> images().limit(ImageName.of("ct-one"), OptionalLong.of(1L << 30)));
        refused(NotFoundException.class, () -> images().limit(NONE, OptionalLong.of(1L << 30)));
    }

    @Test
    void anImageIsRenamedAndRemovedWithItsSettings() {
        root("ct-one");
        var file = SettingsFile.path(ONE);
        ports().files().replaceAll(Map.of(file, bytes("[Exec]\nBoot=no\n")));

        images().renameImage(ImageName.of("ct-one"), ImageName.of("ct-two"));

        assertTrue(images().find("ct-one").isEmpty() && images().find("ct-two").isPresent());
        assertTrue(ports().files().read(file).isEmpty());
        Optional<byte[]> moved = ports().files().read(SettingsFile.path(TWO));
        assertArrayEquals(bytes("[Exec]\nBoot=no\n"), moved.orElseThrow());
        images().removeImage(ImageName.of("ct-two"));
        assertTrue(images().find("ct-two").isEmpty());
        assertTrue(ports().files().read(SettingsFile.path(TWO)).isEmpty());
    }

    @Test
    void renamesAndRemovalsOfImagesAreRefused() {
        root("ct-one");
        refused(AlreadyExistsException.class, () -> images().renameImage(ImageName.of("ct-one"), base()));
        refused(NotFoundException.class, () -> images().renameImage(NONE, ImageName.of("ct-two")));
        refused(NotFoundException.class, () -> images().removeImage(NONE));
        assertTrue(images().find("ct-one").isPresent());
    }

    @Test
    void anImageInUseIsLeftAlone() {
        runs(ONE);
        ImageName used = ImageName.of(ONE.value());
        refused(BusyException.class, () -> images().removeImage(used));
        refused(BusyException.class, () -> images().renameImage(used, ImageName.of("ct-two")));
        refused(BusyException.class, () -> images().setReadOnly(used, true));
        assertTrue(ports().machines().active(List.of(ONE)).contains(ONE));
        assertFalse(images().find(ONE.value()).orElseThrow().readOnly());
    }

    @Test
    void whatNobodyUsesOfHiddenImagesIsCleaned() {
        images().cleanHidden();
        assertEquals(List.of(), images().cleanHidden());
    }

    @Test
    void noTransferBeginsThatCannotEnd() {
        URI source = URI.create("http://127.0.0.1:9/ct.tar");
        ByteArrayInputStream nothing = new ByteArrayInputStream(new byte[0]);
        refused(
                AlreadyExistsException.class,
                () -> images().pull(source, base(), ImageFormat.TAR, Verify.NONE)
                        .cancel());
        refused(
                AlreadyExistsException.class,
                () -> images().importFrom(nothing, base(), ImageFormat.TAR).cancel());
        refused(
                NotFoundException.class,
                () -> images().exportTo(OutputStream.nullOutputStream(), NONE, ImageFormat.TAR, Compression.NONE)
                        .cancel());
        assertThrows(
                IllegalArgumentException.class,
                () -> images().pull(URI.create("ftp://127.0.0.1/ct.tar"), NONE, ImageFormat.TAR, Verify.NONE)
                        .cancel());
        assertTrue(images().find(NONE.value()).isEmpty());
    }

    @Test
    void thePoolStandsOnSomething() {
        PoolState state = images().backing().state();
        assertTrue(state instanceof PoolState.Ready || state instanceof PoolState.Directories, state::toString);
    }
}
