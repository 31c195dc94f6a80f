package io.nspawn.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.PermissionDeniedException;
import io.nspawn.spi.HostFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files of this machine, below a directory of the test's own. */
@Timeout(60)
class LocalFilesTest {
    private static final Duration NOT_LONG = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory = Path.of("");

    private final LocalFiles files = new LocalFiles(new Native());

    @Test
    void makesFilesWithTheirDirectories() throws IOException {
        Path deep = directory.resolve("a/b/c/file");
        Path near = directory.resolve("near");

        files.replaceAll(Map.of(deep, bytes("deep\n"), near, new byte[0]));

        assertThat(deep).hasContent("deep\n");
        assertThat(near).isEmptyFile();
        assertThat(mode(deep)).isEqualTo("rw-r--r--");
        assertThat(mode(directory.resolve("a/b/c"))).isEqualTo("rwxr-xr-x");
        assertThat(names()).containsExactlyInAnyOrder("a", "near");
    }

    @Test
    void replacesAFileInOneStepAndKeepsItsMode() throws IOException {
        Path file = write("file", "the old content, which is longer\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Path second = Files.createLink(directory.resolve("second name"), file);

        files.replaceAll(Map.of(file, bytes("new\n")));

        assertThat(file).hasContent("new\n");
        assertThat(second).hasContent("the old content, which is longer\n");
        assertThat(mode(file)).isEqualTo("rw-r-----");
        assertThat(names()).containsExactlyInAnyOrder("file", "second name");
    }

    @Test
    void refusesALinkAndThenWritesNone() throws IOException {
        Path target = write("target", "kept\n");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("none"));
        for (Path bad : List.of(link, dangling)) {
            Map<Path, byte[]> contents = new LinkedHashMap<>();
            contents.put(directory.resolve("first"), bytes("first\n"));
            contents.put(bad, bytes("bad\n"));

            assertThatThrownBy(() -> files.replaceAll(contents)).isInstanceOf(AlreadyExistsException.class);
        }
        assertThat(target).hasContent("kept\n");
        assertThat(names()).containsExactlyInAnyOrder("target", "link", "dangling");
    }

    @Test
    void leavesNothingWhenOneOfSeveralCannotBeWritten() throws IOException {
        Path file = write("file", "kept\n");
        Map<Path, byte[]> contents = new LinkedHashMap<>();
        contents.put(file, bytes("new\n"));
        contents.put(directory.resolve("new"), bytes("new\n"));
        contents.put(file.resolve("below a file"), bytes("never\n"));

        assertThatThrownBy(() -> files.replaceAll(contents)).isInstanceOf(NspawnException.class);

        assertThat(file).hasContent("kept\n");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void leavesNoTemporaryFileWhenARenameFails() throws IOException {
        Path taken = directory.resolve("taken");
        Files.createDirectories(taken.resolve("something"));
        Map<Path, byte[]> contents = new LinkedHashMap<>();
        contents.put(taken, bytes("never\n"));
        contents.put(directory.resolve("second"), bytes("never\n"));

        assertThatThrownBy(() -> files.replaceAll(contents)).isInstanceOf(NspawnException.class);

        assertThat(names()).containsExactly("taken");
    }

    /** A killed run leaves its temporary file, and somebody may have made a link of that name. */
    @Test
    void doesNotWriteThroughALinkAtTheTemporaryName() throws IOException {
        Path target = write("target", "kept\n");
        Path file = directory.resolve("file");
        Path temporary = Files.createSymbolicLink(directory.resolve(".#file.nspawn-tmp"), target);

        assertThatThrownBy(() -> files.replaceAll(Map.of(file, bytes("new\n")))).isInstanceOf(NspawnException.class);

        assertThat(target).hasContent("kept\n");
        assertThat(file).doesNotExist();
        Files.deleteIfExists(temporary);
        Files.writeString(temporary, "what a killed run left, longer than the new content\n");
        files.replaceAll(Map.of(file, bytes("new\n")));
        assertThat(file).hasContent("new\n");
        assertThat(names()).containsExactlyInAnyOrder("target", "file");
    }

    @Test
    void deletesFilesLinksAndEmptyDirectories() throws IOException {
        Path target = write("target", "kept\n");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Path full = directory.resolve("full");
        Files.createDirectories(full.resolve("inner"));
        write("left", "");
        write(".#left.nspawn-tmp", "half");

        assertThat(files.delete(link)).isTrue();
        assertThat(files.delete(link)).isFalse();
        assertThat(files.delete(empty)).isTrue();
        assertThat(files.delete(directory.resolve("left"))).isTrue();
        assertThat(files.delete(target.resolve("below"))).isFalse();
        assertThatThrownBy(() -> files.delete(full)).isInstanceOf(NspawnException.class);

        assertThat(names()).containsExactlyInAnyOrder("target", "full");
    }

    @Test
    void readsWhatIsThere() throws IOException {
        Path file = write("file", "x".repeat(200_000));

        assertThat(files.read(file).orElseThrow()).hasSize(200_000);
        assertThat(files.read(directory.resolve("none"))).isEmpty();
        assertThat(files.read(file.resolve("below"))).isEmpty();
        assertThat(files.list(directory)).containsExactly(file);
        assertThat(files.list(directory.resolve("none"))).isEmpty();
        assertThat(files.list(file)).isEmpty();
        assertThatThrownBy(() -> files.read(directory)).isInstanceOf(NspawnException.class);
    }

    @Test
    void seesALinkThatDangles() throws IOException {
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), Path.of("none"));

        assertThat(files.exists(dangling)).isTrue();
        assertThat(files.exists(directory.resolve("none"))).isFalse();
        assertThat(files.read(dangling)).isEmpty();
    }

    /** A kernel variable ends after its first read, however short that is. */
    @Test
    void readsKernelSettingsWhole() throws IOException {
        for (Path setting : List.of(
                Path.of("/proc/sys/fs/inotify/max_user_instances"),
                Path.of("/proc/sys/kernel/osrelease"),
                Path.of("/proc/sys/kernel/pty/max"),
                Path.of("/proc/version"))) {
            assertThat(new String(files.read(setting).orElseThrow(), StandardCharsets.UTF_8))
                    .isEqualTo(shown(setting));
        }
    }

    private static String shown(Path setting) throws IOException {
        Process process = new ProcessBuilder("cat", setting.toString()).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aKernelSettingThatCannotBeSetSaysSo() {
        Path file = Path.of("/proc/sys/kernel/osrelease");

        assertThatThrownBy(() -> files.writeKernelSetting(file, "1.0"))
                .isInstanceOfSatisfying(
                        PermissionDeniedException.class,
                        e -> assertThat(e.remedy()).isPresent());
        assertThatThrownBy(() -> files.writeKernelSetting(directory.resolve("none"), "1"))
                .isInstanceOf(PermissionDeniedException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aLockExcludesAnotherOfTheSameProcess() throws IOException {
        Path lock = directory.resolve("run/lock");
        try (HostFiles.Lock held = files.lock(lock, LONG)) {
            assertThatThrownBy(() -> files.lock(lock, NOT_LONG)).isInstanceOf(BusyException.class);
        }
        files.lock(lock, NOT_LONG).close();
        assertThat(mode(lock)).isEqualTo("rw-------");
    }

    @Test
    void aLockIsNotTakenThroughALink() throws IOException {
        Path target = write("target", "kept\n");
        Path link = Files.createSymbolicLink(directory.resolve("lock"), target);

        assertThatThrownBy(() -> files.lock(link, NOT_LONG)).isInstanceOf(NspawnException.class);
    }

    @Test
    void aLockExcludesAnotherProcessAndDiesWithIt() throws IOException, InterruptedException {
        Path lock = directory.resolve("lock");
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockMain.class.getName(),
                        lock.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output = holder.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).isEqualTo("held");
            assertThatThrownBy(() -> files.lock(lock, NOT_LONG))
                    .isInstanceOfSatisfying(
                            BusyException.class, e -> assertThat(e.holder()).hasValue(holder.pid()))
                    .hasMessageContaining("process " + holder.pid());

            holder.destroyForcibly().waitFor();

            files.lock(lock, LONG).close();
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void aWaitForALockCanBeInterrupted() {
        Path lock = directory.resolve("lock");
        try (HostFiles.Lock held = files.lock(lock, LONG)) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> files.lock(lock, LONG)).isInstanceOf(InterruptedOperationException.class);

            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
