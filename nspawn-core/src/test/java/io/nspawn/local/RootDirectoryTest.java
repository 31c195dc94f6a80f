package io.nspawn.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.HostFailureException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import jnr.ffi.LastError;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A root full of traps: beside it stands the "host", a directory that every planted link tries to reach and that must be
 * the same after each test.
 */
@Timeout(60)
class RootDirectoryTest {
    private static final byte[] NEW = bytes("new\n");
    private static final int MODE = 0644;

    @TempDir
    Path pool = Path.of("");

    private Path host = Path.of("");
    private Path top = Path.of("");
    private Set<String> hostBefore = Set.of();

    @BeforeEach
    void plant() throws IOException {
        top = Files.createDirectory(pool.resolve("root"));
        host = Files.createDirectory(pool.resolve("host"));
        Files.writeString(host.resolve("secret"), "secret\n");
        Files.createDirectory(host.resolve("directory"));
        Files.writeString(host.resolve("directory/file"), "secret\n");
        Files.createDirectory(top.resolve("etc"));
        hostBefore = tree(host);
    }

    @AfterEach
    void theHostIsTheSame() throws IOException {
        assertThat(tree(host)).isEqualTo(hostBefore);
    }

    private RootDirectory open() {
        return RootDirectory.open(new Native(), pool, "root");
    }

    /** The ways out of the root that a link can try, all to the host's directory. */
    private List<String> waysOut() {
        return List.of(host.toString(), "../host", "../../host", "/../host", "/proc/self/cwd/../host", "./../host/.");
    }

    /** The kernel cannot tell where {@code ..} leads while something is renamed, anywhere on the machine. */
    @Test
    void renamesElsewhereDoNotDisturb() throws IOException {
        Files.writeString(top.resolve("etc/release"), "new\n");
        try (RootDirectory root = RootDirectory.open(renaming(1000), pool, "root")) {
            assertThat(root.read("etc/release")).contains(NEW);
        }
        try (RootDirectory root = RootDirectory.open(renaming(Integer.MAX_VALUE), pool, "root")) {
            assertThatThrownBy(() -> root.read("etc/release")).hasMessageContaining("EAGAIN");
        }
    }

    /** A machine on which that many renames come in the way of openat2. */
    private static Native renaming(int times) {
        LibC real = LibC.load();
        AtomicInteger left = new AtomicInteger(times);
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().equals("syscall")
                    && arguments[0].equals(LibC.SYS_OPENAT2)
                    && left.getAndDecrement() > 0) {
                LastError.setLastError(Runtime.getRuntime(real), Errno.EAGAIN.intValue());
                return -1L;
            }
            return method.invoke(real, arguments);
        };
        LibC libc = (LibC) Proxy.newProxyInstance(LibC.class.getClassLoader(), new Class<?>[] {LibC.class}, handler);
        return new Native(libc, Runtime.getRuntime(real));
    }

    @Test
    void writesReadsListsAndDeletes() throws IOException {
        try (RootDirectory root = open()) {
            root.write("etc/new/deep/file", NEW, 0600);
            root.write("/etc/absolute", NEW, MODE);

            assertThat(root.read("etc/new/deep/file")).contains(NEW);
            assertThat(root.list("etc")).containsExactlyInAnyOrder("new", "absolute");
            assertThat(root.list("/")).containsExactly("etc");
            assertThat(mode(top.resolve("etc/new/deep/file"))).isEqualTo("rw-------");
            assertThat(mode(top.resolve("etc/absolute"))).isEqualTo("rw-r--r--");
            assertThat(mode(top.resolve("etc/new/deep"))).isEqualTo("rwxr-xr-x");

            assertThat(root.delete("etc/absolute")).isTrue();
            assertThat(root.delete("etc/absolute")).isFalse();
            assertThat(root.delete("no/such/parent")).isFalse();
            assertThat(root.read("etc/absolute")).isEmpty();
            assertThat(root.list("etc/absolute")).isEmpty();
            assertThat(root.list("etc/new/deep/file")).isEmpty();
        }
    }

    @Test
    void replacesAFileWithItsModeInOneStep() throws IOException {
        Files.writeString(top.resolve("etc/file"), "old, and longer than the new one\n");
        Object before = Files.getAttribute(top.resolve("etc/file"), "unix:ino");
        try (RootDirectory root = open()) {
            root.write("etc/file", NEW, 0444);
        }
        assertThat(Files.readAllBytes(top.resolve("etc/file"))).isEqualTo(NEW);
        assertThat(Files.getAttribute(top.resolve("etc/file"), "unix:ino")).isNotEqualTo(before);
        assertThat(mode(top.resolve("etc/file"))).isEqualTo("r--r--r--");
    }

    @Test
    void aLinkAsParentLeadsNowhereOutside() throws IOException {
        for (String way : waysOut()) {
            link("etc/trap", way);
            try (RootDirectory root = open()) {
                assertThat(root.read("etc/trap/secret")).as(way).isEmpty();
                assertThat(root.list("etc/trap")).as(way).isEmpty();
                assertThat(root.list("etc/trap/directory")).as(way).isEmpty();
                assertThat(root.delete("etc/trap/secret")).as(way).isFalse();
                assertThatThrownBy(() -> root.write("etc/trap/secret", NEW, MODE))
                        .as(way)
                        .isInstanceOf(NotFoundException.class);
                assertThatThrownBy(() -> root.link("etc/trap/secret", "x"))
                        .as(way)
                        .isInstanceOf(NotFoundException.class);
                assertThat(root.delete("etc/trap")).as(way).isTrue();
            }
            theHostIsTheSame();
        }
    }

    @Test
    void aLinkAsLeafIsReplacedAndDeletedAndNeverFollowedOutside() throws IOException {
        for (String way : waysOut()) {
            link("etc/trap", way + "/secret");
            try (RootDirectory root = open()) {
                assertThat(root.read("etc/trap")).as(way).isEmpty();

                root.write("etc/trap", NEW, MODE);
                assertThat(Files.isRegularFile(top.resolve("etc/trap"), LinkOption.NOFOLLOW_LINKS))
                        .isTrue();
                theHostIsTheSame();

                Files.delete(top.resolve("etc/trap"));
                link("etc/trap", way);
                assertThat(root.delete("etc/trap")).as(way).isTrue();
                theHostIsTheSame();
            }
        }
    }

    @Test
    void linksWithinTheRootAreFollowedAsTheContainerWould() throws IOException {
        Files.createDirectories(top.resolve("usr/lib"));
        Files.writeString(top.resolve("usr/lib/os-release"), "inside\n");
        link("etc/os-release", "/usr/lib/os-release");
        link("lib", "usr/lib");
        try (RootDirectory root = open()) {
            assertThat(root.read("etc/os-release")).contains(bytes("inside\n"));
            assertThat(root.read("lib/os-release")).contains(bytes("inside\n"));
            assertThat(root.list("lib")).containsExactly("os-release");

            root.write("lib/new", NEW, MODE);

            assertThat(top.resolve("usr/lib/new")).hasBinaryContent(NEW);
        }
    }

    @Test
    void danglingAndCircularLinksAreAbsentAndHoldUpNothing() throws IOException {
        link("etc/dangling", "/no/such");
        link("etc/circle", "circle");
        try (RootDirectory root = open()) {
            assertThat(root.read("etc/dangling")).isEmpty();
            assertThat(root.list("etc/dangling")).isEmpty();
            assertThatThrownBy(() -> root.write("etc/dangling/file", NEW, MODE)).isInstanceOf(NotFoundException.class);
            assertThat(top.resolve("no")).doesNotExist();

            assertThat(root.read("etc/circle")).isEmpty();
            assertThat(root.list("etc/circle")).isEmpty();
            assertThat(root.delete("etc/circle/file")).isFalse();
            assertThatThrownBy(() -> root.write("etc/circle/file", NEW, MODE)).isInstanceOf(NspawnException.class);
            root.write("etc/circle", NEW, MODE);
            assertThat(root.read("etc/circle")).contains(NEW);
        }
    }

    @Test
    void aFileAsParentIsRefused() throws IOException {
        Files.writeString(top.resolve("etc/file"), "a file\n");
        try (RootDirectory root = open()) {
            assertThat(root.read("etc/file/below")).isEmpty();
            assertThat(root.delete("etc/file/below")).isFalse();
            assertThatThrownBy(() -> root.write("etc/file/below", NEW, MODE)).isInstanceOf(NotFoundException.class);
        }
        assertThat(top.resolve("etc/file")).hasContent("a file\n");
    }

    @Test
    void aPipeIsAbsentAndDoesNotBlock() throws IOException, InterruptedException {
        run("mkfifo", top.resolve("etc/pipe").toString());
        try (RootDirectory root = open()) {
            assertThat(root.read("etc/pipe")).isEmpty();
            assertThat(root.list("etc/pipe")).isEmpty();
            root.write("etc/pipe", NEW, MODE);
            assertThat(root.read("etc/pipe")).contains(NEW);
        }
    }

    @Test
    void aDeviceIsAbsentAndNotOpened() throws IOException, InterruptedException {
        int status = new ProcessBuilder("mknod", top.resolve("etc/zero").toString(), "c", "1", "5")
                .start()
                .waitFor();
        Assumptions.assumeTrue(status == 0, "missing: the right to make device nodes (CAP_MKNOD)");
        try (RootDirectory root = open()) {
            assertThat(root.read("etc/zero")).isEmpty();
            assertThat(root.delete("etc/zero")).isTrue();
        }
    }

    @Test
    void aDirectoryIsNoFile() {
        try (RootDirectory root = open()) {
            assertThat(root.read("etc")).isEmpty();
            assertThat(root.read(".")).isEmpty();
        }
    }

    @Test
    void aHugeFileIsRefusedBeforeItFillsTheMemory() throws IOException, InterruptedException {
        run("truncate", "--size=1048576", top.resolve("etc/fits").toString());
        run("truncate", "--size=1T", top.resolve("etc/huge").toString());
        try (RootDirectory root = open()) {
            assertThat(root.read("etc/fits").orElseThrow()).hasSize(1 << 20);
            assertThatThrownBy(() -> root.read("etc/huge"))
                    .isInstanceOf(HostFailureException.class)
                    .hasMessageContaining("1048576");
        }
    }

    @Test
    void aTreeIsDeletedWholeAndItsLinksNotFollowed() throws IOException {
        Path deep = top.resolve("var/log/journal");
        for (int i = 0; i < 120; i++) {
            deep = deep.resolve("directory-" + i);
        }
        Files.createDirectories(deep);
        Files.writeString(deep.resolve("file"), "deep\n");
        link("var/log/journal/absolute", host.toString());
        link("var/log/journal/relative", "../../../../host/directory");
        link("var/log/journal/up", "..");
        try (RootDirectory root = open()) {
            assertThat(root.delete("var/log/journal")).isTrue();
        }
        assertThat(top.resolve("var/log")).isEmptyDirectory();
    }

    @Test
    void whatAKilledWriteLeftIsReplaced() throws IOException {
        try (RootDirectory root = open()) {
            Files.writeString(top.resolve("etc/.#nspawn-tmp"), "half of it");
            root.write("etc/file", NEW, MODE);
            assertThat(root.list("etc")).containsExactly("file");

            Files.createDirectories(top.resolve("etc/.#nspawn-tmp/full/of/it"));
            root.write("etc/file", NEW, MODE);
            assertThat(root.list("etc")).containsExactly("file");

            link("etc/.#nspawn-tmp", host.resolve("secret").toString());
            root.link("etc/link", "/elsewhere");
            assertThat(root.list("etc")).containsExactlyInAnyOrder("file", "link");
            assertThat(Files.readSymbolicLink(top.resolve("etc/link"))).hasToString("/elsewhere");
            root.link("etc/link", "relative");
            assertThat(Files.readSymbolicLink(top.resolve("etc/link"))).hasToString("relative");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", ".", "..", "etc/", "etc/..", "etc/."})
    void whatNamesNoFileIsRefused(String path) {
        try (RootDirectory root = open()) {
            assertThatThrownBy(() -> root.write(path, NEW, MODE)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> root.delete(path)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(top.resolve("etc")).isEmptyDirectory();
    }

    @Test
    void dotsInTheMiddleStayInside() {
        try (RootDirectory root = open()) {
            assertThat(root.read("../host/secret")).isEmpty();
            assertThat(root.read("etc/../../host/secret")).isEmpty();
            assertThat(root.list("..")).containsExactly("etc");
        }
    }

    @Test
    void aRootThatIsALinkOrNotThereIsNotOpened() throws IOException {
        Files.createSymbolicLink(pool.resolve("linked"), host);
        Files.writeString(pool.resolve("file"), "");
        for (String name : List.of("linked", "file", "none")) {
            assertThatThrownBy(() -> RootDirectory.open(new Native(), pool, name))
                    .isInstanceOf(NotFoundException.class);
        }
    }

    @Test
    void everyDescriptorIsClosed() throws IOException {
        link("etc/trap", host.toString());
        try (RootDirectory root = open()) {
            use(root);
            long before = descriptors();
            for (int i = 0; i < 20; i++) {
                use(root);
            }
            assertThat(descriptors()).isEqualTo(before);
        }
    }

    private static void use(RootDirectory root) {
        root.write("etc/a/b/c", NEW, MODE);
        root.read("etc/a/b/c");
        root.read("etc");
        root.read("etc/none");
        root.list("etc/a");
        root.delete("etc/a");
        assertThatThrownBy(() -> root.write("etc/trap/file", NEW, MODE)).isInstanceOf(NspawnException.class);
    }

    /** Open descriptors below the pool or of directories: others of the JVM come and go. */
    private long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(fd -> target(fd).startsWith(pool.toString())).count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private void link(String path, String target) throws IOException {
        Files.createSymbolicLink(top.resolve(path), Path.of(target));
    }

    private static Set<String> tree(Path directory) throws IOException {
        Set<String> lines = new TreeSet<>();
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.toList()) {
                String content = Files.isDirectory(entry) ? "" : Files.readString(entry);
                lines.add(entry + " " + mode(entry) + " " + content);
            }
        }
        return lines;
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
