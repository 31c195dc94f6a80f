package io.nspawn.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes one link, here or in another namespace. */
final class LinkCreation {
    private static final Logger LOG = LoggerFactory.getLogger(LinkCreation.class);

    private final Links links;
    private final LinkDiagnosis diagnosis;

    LinkCreation(Links links, LinkDiagnosis diagnosis) {
        this.links = links;
        this.diagnosis = diagnosis;
    }

    /** Makes a link here and reads it back; one that cannot be read back does not stay. */
    Link create(LinkSpec spec) {
        create(spec, Optional.empty());
        AtomicReference<Link> made = new AtomicReference<>();
        undoneUnlessDone(() -> made.set(links.get(spec.name().value())), () -> delete(spec.name(), Optional.empty()));
        return made.get();
    }

    void create(LinkSpec spec, Optional<NetworkNamespace> target) {
        Optional<Link> raised = raiseLower(spec);
        undoneUnlessDone(() -> make(spec, target), () -> raised.ifPresent(lower -> links.down(lower.index())));
        if (spec.kind() instanceof LinkKind.Veth veth && veth.peer().up()) {
            undoneUnlessDone(() -> setUp(veth.peer()), () -> delete(spec.name(), target));
        }
        LOG.info(
                "created {} {} in {}",
                spec.kind().kernelName(),
                spec.name(),
                target.orElse(links.socket().namespace()));
    }

    /** Sets the lower link up if it is down and that was asked for. */
    private Optional<Link> raiseLower(LinkSpec spec) {
        if (!spec.raisesLower() || spec.lower().isEmpty()) {
            return Optional.empty();
        }
        Optional<Link> lower = links.find(spec.lower().getAsInt()).filter(link -> !link.isUp());
        lower.ifPresent(link -> links.up(link.index()));
        return lower;
    }

    private void make(LinkSpec spec, Optional<NetworkNamespace> target) {
        try {
            send(spec, target);
        } catch (KernelRefusal e) {
            boolean elsewhere = e.is(Errno.EEXIST) && target.isPresent();
            if (!elsewhere || isTaken(spec, target.get())) {
                throw refused(spec, e, target.isPresent());
            }
            createUnderAnotherName(spec, target.get());
        }
    }

    /** Sets the second end up, which the kernel cannot do while it makes the pair. */
    private void setUp(VethPeer peer) {
        in(peer.namespace(), there -> there.up(there.get(peer.name().value()).index()));
    }

    private void delete(InterfaceName name, Optional<NetworkNamespace> target) {
        in(target, there -> there.find(name).ifPresent(link -> there.delete(link.index())));
    }

    private void in(Optional<NetworkNamespace> namespace, Consumer<Links> work) {
        if (namespace.isEmpty()) {
            work.accept(links);
            return;
        }
        try (RouteSocket there = RouteSocket.open(namespace.get())) {
            work.accept(there.links());
        }
    }

    /** Does something, and undoes what came before it if it fails; an interrupt has to wait for that. */
    private static void undoneUnlessDone(Runnable work, Runnable undo) {
        try {
            work.run();
        } catch (NetlinkException e) {
            boolean interrupted = Thread.interrupted();
            try {
                undo.run();
            } catch (NetlinkException f) {
                e.addSuppressed(f);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            throw e;
        }
    }

    private NetlinkException refused(LinkSpec spec, KernelRefusal refusal, boolean elsewhere) {
        return refusal.toException(
                "create " + spec.kind().kernelName(),
                spec.name().value(),
                diagnosis.create(spec, refusal, elsewhere).orElse(null));
    }

    private void send(LinkSpec spec, Optional<NetworkNamespace> target) throws KernelRefusal {
        List<Descriptor> opened = new ArrayList<>();
        try {
            LinkEncoder encoder = new LinkEncoder(namespace -> {
                Descriptor file = namespace.openFile();
                opened.add(file);
                return file.fd();
            });
            links.socket().change(encoder.create(spec, target));
        } finally {
            opened.forEach(Descriptor::close);
        }
    }

    private static boolean isTaken(LinkSpec spec, NetworkNamespace target) {
        try (RouteSocket there = RouteSocket.open(target)) {
            return there.links().find(spec.name()).isPresent();
        }
    }

    /**
     * Up to Linux 6.14 the name is looked up in the namespace of the socket instead of the target, so that a name which
     * only the host has is refused. A random name and a rename over there get around it.
     */
    void createUnderAnotherName(LinkSpec spec, NetworkNamespace target) {
        InterfaceName interim = InterfaceName.of(
                String.format("nt%08x", ThreadLocalRandom.current().nextInt()));
        LinkSpec renamed = spec.named(interim);
        try {
            send(renamed, Optional.of(target));
        } catch (KernelRefusal e) {
            throw refused(spec, e, true);
        }
        undoneUnlessDone(
                () -> in(
                        Optional.of(target),
                        there -> there.rename(there.get(interim.value()).index(), spec.name())),
                () -> delete(interim, Optional.of(target)));
    }
}
