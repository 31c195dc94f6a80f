package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Images;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.CanceledException;
import io.nspawn.model.Compression;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ImageName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Operation;
import io.nspawn.model.Size;
import io.nspawn.model.TransferFailedException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.model.Verify;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The fake's images come, go and change as real ones do. */
class FakeImagesTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final URI GOOD = URI.create("https://images.example/debian.tar");
    private static final URI BAD = URI.create("https://images.example/bad.tar");

    @RegisterExtension
    final FakeHost host = Sample.host()
            .addDownload(GOOD.toString())
            .addFailingDownload(BAD.toString(), "DOWNLOAD INVALID: Checksum of the file did not check out");

    private Images images() {
        return host.images();
    }

    @Test
    void aDownloadBecomesASealedImage() {
        Operation<ImageName> operation = images().pullTar(GOOD, "new", Verify.SIGNATURE);
        assertThat(operation.isDone()).isFalse();
        assertThat(images().find("new")).isEmpty();
        assertThatThrownBy(() -> operation.await(Duration.ofMillis(1))).isInstanceOf(DeadlineExceededException.class);

        assertThat(operation.await(LONG).value()).isEqualTo("new");

        assertThat(images().list()).extracting(image -> image.name().value()).contains("new");
        assertThatThrownBy(() -> images().pullTar(GOOD, "new", Verify.NONE)).isInstanceOf(AlreadyExistsException.class);
    }

    @Test
    void aDownloadThatFailsSaysWhy() {
        String before = host.dump();
        assertThatThrownBy(() -> images().pullTar(BAD, "new", Verify.CHECKSUM).await(LONG))
                .isInstanceOf(TransferFailedException.class)
                .hasMessageContaining("Checksum");
        assertThatThrownBy(() -> images().pullTar(URI.create("http://x.example/none"), "new", Verify.NONE)
                        .await(LONG))
                .isInstanceOf(TransferFailedException.class)
                .hasMessageContaining("404");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> images().pullTar(URI.create("file:///x"), "new", Verify.NONE));
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void theSameDownloadIsJoinedAndCancelledForAll() {
        Operation<ImageName> first = images().pullTar(GOOD, "new", Verify.NONE);
        Operation<ImageName> second = images().pullTar(GOOD, "new", Verify.NONE);
        assertThatThrownBy(() -> images().pullTar(GOOD, "other", Verify.NONE)).isInstanceOf(BusyException.class);

        second.cancel();

        assertThatThrownBy(() -> first.await(LONG)).isInstanceOf(CanceledException.class);
        host.clock().advance(LONG);
        assertThat(images().find("new")).isEmpty();
    }

    @Test
    void streamsGoInAndOut() {
        images().importTar(new ByteArrayInputStream(new byte[1000]), "new").await(LONG);
        assertThat(images().usage("new").referenced().orElseThrow()).isGreaterThanOrEqualTo(1000);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        images().exportTar("new", out, Compression.XZ).await(LONG);
        assertThat(out.toByteArray()).isNotEmpty();
        assertThatThrownBy(() -> images().exportTar("none", out, Compression.NONE))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void anImageIsRenamedUnsealedLimitedAndRemoved() {
        host.addImage("old");
        images().rename("old", "new");
        images().unseal("new");
        assertThat(images().find("new")).get().matches(image -> !image.sealed());
        assertThatThrownBy(() -> images().limit("new", Size.parse("1G"))).isInstanceOf(UnsupportedException.class);
        host.pool().enableSimpleQuotas();
        images().limit("new", Size.parse("1G"));
        assertThat(images().usage("new").limit()).hasValue(1L << 30);
        images().remove("new");
        assertThatThrownBy(() -> images().remove("new")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images().seal("new")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void aRootInUseIsLeftAlone() {
        host.deploy(Sample.spec(1));
        String root = Sample.spec(1).machine().value();
        assertThatThrownBy(() -> images().remove(root)).isInstanceOf(BusyException.class);
        assertThatThrownBy(() -> images().seal(root)).isInstanceOf(BusyException.class);
    }
}
