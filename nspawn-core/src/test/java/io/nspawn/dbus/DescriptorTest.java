package io.nspawn.dbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.DeadlineExceededException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DescriptorTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Remote PEER = new Remote("org.example.Peer", "/peer", "org.example.Peer");

    @TempDir
    private Path directory;

    private PrivateDaemon daemon;
    private ScriptedService peer;
    private Bus bus;

    @BeforeEach
    void connect() throws Exception {
        daemon = PrivateDaemon.start(directory);
        peer = ScriptedService.owning(daemon.address(), PEER.destination());
        bus = Bus.at(daemon.address());
    }

    @AfterEach
    void disconnect() throws Exception {
        try {
            bus.close();
            peer.close();
        } finally {
            daemon.close();
        }
    }

    @Test
    void aDescriptorComesAndIsOurs() throws Exception {
        Path file = Files.writeString(directory.resolve("from-peer"), "hello");
        try (FileInputStream theirs = new FileInputStream(file.toFile())) {
            peer.on("Open", call -> call.replyWith(theirs.getFD()));
            try (Descriptor descriptor =
                    (Descriptor) bus.call(PEER, "Open", SOON).get(0)) {
                try (FileInputStream in = new FileInputStream(descriptor.value())) {
                    assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                            .isEqualTo("hello");
                }
                assertThat(descriptor.isOpen()).isFalse();
            }
            assertThat(theirs.getFD().valid()).isTrue();
        }
        assertThat(openOn(file)).isZero();
    }

    @Test
    void aDescriptorGoesEvenInsideAVariant() throws Exception {
        Path file = directory.resolve("written-by-peer");
        peer.on("Write", call -> {
            List<Object> arguments = call.arguments();
            write((Descriptor) arguments.get(0), "one ");
            Object output = ((Map<?, ?>) arguments.get(1)).get("StandardOutput");
            write((Descriptor) Objects.requireNonNull(output), "two");
            call.reply("");
        });

        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            bus.call(
                    PEER,
                    "Write",
                    "ha{sv}",
                    List.of(out.getFD(), Map.of("StandardOutput", new Variant("h", out.getFD()))),
                    SOON);
            assertThat(out.getFD().valid()).isTrue();
        }

        assertThat(file).hasContent("one two");
        assertThat(openOn(file)).isZero();
    }

    @Test
    void aDescriptorOfALateReplyIsClosed() throws Exception {
        Path file = Files.createFile(directory.resolve("late"));
        assertThatThrownBy(() -> bus.call(PEER, "Open", Duration.ofMillis(100)))
                .isInstanceOf(DeadlineExceededException.class);
        ScriptedService.Call late = peer.calls().take();
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            late.replyWith(in.getFD());
        }
        peer.on("Ping", call -> call.reply("s", "pong"));
        // Its reply comes behind the late one.
        bus.call(PEER, "Ping", SOON);

        assertThat(openOn(file)).isZero();
    }

    @Test
    void aClosedDescriptorIsRefusedBeforeSending() throws Exception {
        assertThat(bus.passesDescriptors()).isTrue();
        assertThatThrownBy(() -> bus.call(PEER, "Take", "h", List.of(closed()), SOON))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void manyDescriptorsStayWithTheirReplies() throws Exception {
        for (int i = 0; i < 8; i++) {
            Files.writeString(directory.resolve("file" + i), "content " + i);
        }
        peer.on("Open", call -> {
            try (FileInputStream in = new FileInputStream(
                    directory.resolve((String) call.arguments().get(0)).toFile())) {
                call.replyWith(in.getFD());
            }
        });

        Stream.iterate(0, i -> i + 1).limit(200).parallel().forEach(i -> {
            String name = "file" + i % 8;
            try (Descriptor descriptor = (Descriptor)
                            bus.call(PEER, "Open", "s", List.of(name), SOON).get(0);
                    FileInputStream in = new FileInputStream(descriptor.value())) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("content " + i % 8);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private java.io.FileDescriptor closed() throws IOException {
        java.io.FileDescriptor descriptor;
        try (FileOutputStream out =
                new FileOutputStream(directory.resolve("closed").toFile())) {
            descriptor = out.getFD();
        }
        return descriptor;
    }

    private static void write(Descriptor descriptor, String text) throws IOException {
        try (FileOutputStream out = new FileOutputStream(descriptor.value())) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** How many descriptors of this process are open on the file. */
    private static long openOn(Path file) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(link -> pointsTo(link, file)).count();
        }
    }

    private static boolean pointsTo(Path link, Path file) {
        try {
            return Files.readSymbolicLink(link).equals(file.toRealPath());
        } catch (IOException gone) {
            return false;
        }
    }
}
