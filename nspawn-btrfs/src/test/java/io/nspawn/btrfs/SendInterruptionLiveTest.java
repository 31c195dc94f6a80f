package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Readers that stop, are interrupted or get half a stream. */
class SendInterruptionLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs(512L << 20);

    private static Path snapshot = Path.of("/nonexistent");

    @BeforeAll
    static void prepare() throws IOException {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("live"));
        for (int i = 0; i < 8; i++) {
            // Much more than a pipe holds.
            Files.write(path.resolve("live/file" + i), SampleTree.random(256 << 10));
        }
        snapshot = path.resolve("snapshot");
        Subvolumes.snapshot(path.resolve("live"), snapshot, SnapshotOption.READ_ONLY);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    /** A kernel that writes a little and then fails. */
    private static Kernel failing(Errno errno) {
        Kernel real = Kernel.system();
        FileCalls files = FileCalls.system();
        return (Kernel) Proxy.newProxyInstance(
                Kernel.class.getClassLoader(), new Class<?>[] {Kernel.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("ioctl") && arguments[1].equals(Ioctl.SEND.request())) {
                        ByteBuffer argument = (ByteBuffer) arguments[2];
                        files.write((int) argument.getLong(SendArgs.SEND_FD), Wire.buffer(1000));
                        return -errno.intValue();
                    }
                    return method.invoke(real, arguments);
                });
    }

    @Test
    void aFailureOfTheKernelReachesTheReaderAfterWhatItWrote() throws IOException {
        try (Directory directory = Directory.open(failing(Errno.EIO), snapshot);
                Subvolume subvolume = Subvolume.of(directory);
                SendChannel channel = subvolume.send(SendOptions.whole())) {
            ByteBuffer read = ByteBuffer.allocate(2000);
            while (read.position() < 1000) {
                assertThat(channel.read(read)).isPositive();
            }
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> channel.read(read)).isInstanceOfSatisfying(BtrfsException.Other.class, e -> {
                    assertThat(e.errnoName()).isEqualTo("EIO");
                    assertThat(e.operation()).isEqualTo("send subvolume");
                    assertThat(e.object()).isEqualTo(snapshot.toString());
                });
            }
            assertThat(channel.bytesRead()).isEqualTo(1000);
        }
    }

    @Test
    void aProtocolThatTheKernelDoesNotKnowIsUnsupported() throws IOException {
        try (Directory directory = Directory.open(failing(Errno.EPROTO), snapshot);
                Subvolume subvolume = Subvolume.of(directory);
                SendChannel channel = subvolume.send(SendOptions.whole().protocol(SendProtocol.V2))) {
            assertThatThrownBy(() -> {
                        while (channel.read(ByteBuffer.allocate(2000)) >= 0) {}
                    })
                    .isInstanceOf(BtrfsException.Unsupported.class);
        }
    }

    @Test
    void twoHundredReadersThatStopLeaveNothingBehind() throws IOException {
        try (Directory into = Directory.open(BTRFS.directory())) {
            round(into, 0);
            round(into, 1);
            round(into, 2);
            round(into, 3);
            round(into, 4);
            assertThat(SendSupport.threadsAlive()).isEmpty();
            long before = descriptors();
            for (int i = 0; i < 200; i++) {
                round(into, i % 5);
            }
            assertThat(SendSupport.threadsAlive()).isEmpty();
            // The JVM may close some of its own meanwhile.
            assertThat(descriptors()).isLessThanOrEqualTo(before);
        }
    }

    private static void round(Directory into, int kind) throws IOException {
        try (Subvolume subvolume = Subvolume.open(snapshot);
                SendChannel channel = subvolume.send(SendOptions.whole())) {
            switch (kind) {
                case 0 -> assertThat(channel.isOpen()).isTrue();
                case 1 ->
                    assertThat(channel.read(ByteBuffer.allocateDirect(70_000))).isPositive();
                case 2 -> {
                    Thread.currentThread().interrupt();
                    assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(10)))
                            .isInstanceOf(ClosedByInterruptException.class);
                    channel.close();
                    assertThat(Thread.interrupted()).isTrue();
                }
                case 3 -> {
                    assertThatThrownBy(() -> into.receive(StreamWriter.channel(new StreamWriter(1)
                                    .subvolume("cut")
                                    .onPath(StreamCommandType.MKFILE, "f")
                                    .bytes())))
                            .isInstanceOf(BtrfsException.BadStream.class);
                }
                default -> {
                    into.receive(channel);
                    into.deleteSubvolume(EntryName.of("snapshot"));
                }
            }
        }
    }

    @Test
    void aReceiverWhoseSenderIsCutLeavesNothing() throws IOException {
        Path into = BTRFS.directory();
        try (Directory directory = Directory.open(into);
                Directory source = Directory.open(failing(Errno.EIO), snapshot);
                Subvolume subvolume = Subvolume.of(source);
                SendChannel channel = subvolume.send(SendOptions.whole())) {
            assertThatThrownBy(() -> directory.receive(channel)).isInstanceOf(BtrfsException.class);
        }
        assertThat(into).isEmptyDirectory();
    }

    /** A pipe that nobody writes to. */
    private static final class SilentPipe implements AutoCloseable {
        private final Descriptor writing;
        private final PipeChannel channel;

        SilentPipe() {
            FileCalls files = FileCalls.system();
            ByteBuffer ends = Wire.buffer(8);
            assertThat(files.pipe(ends)).isZero();
            writing = new Descriptor(Kernel.system(), ends.getInt(4), "writing");
            channel = new PipeChannel(
                    new Descriptor(Kernel.system(), ends.getInt(0), "reading"),
                    new Descriptor(Kernel.system(), files.eventfd(), "wake"),
                    files);
        }

        /** Begins to read on another thread and answers what came of it. */
        FutureTask<Integer> read(CountDownLatch begun) {
            FutureTask<Integer> task = new FutureTask<>(() -> {
                begun.countDown();
                return channel.read(ByteBuffer.allocate(1));
            });
            return task;
        }

        @Override
        public void close() throws IOException {
            channel.close();
            writing.close();
        }
    }

    private static void endsWith(FutureTask<Integer> task, Class<? extends Exception> type)
            throws InterruptedException, TimeoutException {
        try {
            int read = task.get(60, TimeUnit.SECONDS);
            throw new AssertionError("read " + read);
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(type);
        }
    }

    @Test
    void aReaderThatWaitsIsWokenByClosing() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (SilentPipe pipe = new SilentPipe()) {
                CountDownLatch begun = new CountDownLatch(1);
                FutureTask<Integer> task = pipe.read(begun);
                Thread reader = new Thread(task, "reader");
                reader.start();
                begun.await();
                pipe.channel.close();
                endsWith(task, ClosedChannelException.class);
                reader.join();
            }
        }
    }

    @Test
    void aReaderThatWaitsIsWokenByAnInterrupt() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (SilentPipe pipe = new SilentPipe()) {
                CountDownLatch begun = new CountDownLatch(1);
                FutureTask<Integer> task = pipe.read(begun);
                Thread reader = new Thread(task, "reader");
                reader.start();
                begun.await();
                reader.interrupt();
                endsWith(task, ClosedByInterruptException.class);
                assertThat(pipe.channel.isOpen()).isFalse();
                reader.join();
            }
        }
    }

    @Test
    void theEndOfAPipeIsItsWritersEnd() throws IOException {
        try (SilentPipe pipe = new SilentPipe()) {
            assertThat(pipe.channel.read(ByteBuffer.allocate(0))).isZero();
            pipe.writing.close();
            assertThat(pipe.channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }
}
