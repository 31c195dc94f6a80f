package io.nspawn.btrfs;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of BTRFS_IOC_SEND, which returns when all is written or when nobody is left to read it. */
final class KernelSend implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(KernelSend.class);

    private final Descriptor source;
    private final Descriptor pipe;
    private final SendArgs arguments;
    private final FileCalls files;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Optional<RuntimeException> failure =
            Optional.of(new IllegalStateException("the sending ended without a word"));

    /** Takes both descriptors over: the subvolume, and the writing end of the pipe. */
    KernelSend(Descriptor source, Descriptor pipe, SendArgs arguments, FileCalls files) {
        this.source = source;
        this.pipe = pipe;
        this.arguments = arguments;
        this.files = files;
    }

    /** The reader learns of the end by the closing of the pipe, so whatever it has to know is written down before. */
    @Override
    public void run() {
        try {
            Failure.check(Ioctl.SEND, source.path(), send());
            failure = Optional.empty();
            LOG.debug("sent path={}", source.path());
        } catch (RuntimeException e) {
            failure = Optional.of(e);
        } finally {
            source.close();
            pipe.close();
            ended.countDown();
        }
    }

    private int send() {
        ByteBuffer sources = arguments.cloneSourcesArray();
        long address = files.address(sources);
        try {
            return pipe.use(fd -> source.attempt(Ioctl.SEND, (ByteBuffer b) -> arguments.pack(b, fd, address)));
        } finally {
            Reference.reachabilityFence(sources);
        }
    }

    /** Why the kernel failed. Known once the pipe is at its end. */
    Optional<RuntimeException> failure() {
        return failure;
    }

    void awaitEnd() {
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
