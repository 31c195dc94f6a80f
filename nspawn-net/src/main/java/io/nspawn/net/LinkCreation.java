package io.nspawn.net;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
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

    void create(LinkSpec spec, Optional<NetworkNamespace> target) {
        try {
            send(spec, target);
        } catch (KernelRefusal e) {
            boolean elsewhere = e.is(Errno.EEXIST) && target.isPresent();
            if (!elsewhere || isTaken(spec, target.get())) {
                throw refused(spec, e, target.isPresent());
            }
            createUnderAnotherName(spec, target.get());
        }
        if (spec.kind() instanceof LinkKind.Veth veth && veth.peer().up()) {
            setUp(veth.peer());
        }
        LOG.info(
                "created {} {} in {}",
                spec.kind().kernelName(),
                spec.name(),
                target.orElse(links.socket().namespace()));
    }

    /** Sets the second end up, which the kernel cannot do while it makes the pair. */
    private void setUp(LinkKind.Peer peer) {
        if (peer.namespace().isEmpty()) {
            setUp(links, peer.name());
            return;
        }
        try (RouteSocket there = RouteSocket.open(peer.namespace().get())) {
            setUp(there.links(), peer.name());
        }
    }

    private static void setUp(Links links, InterfaceName name) {
        int index = links.get(name.value()).index();
        try {
            links.up(index);
        } catch (NetlinkException e) {
            links.delete(index);
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
        try (RouteSocket there = RouteSocket.open(target)) {
            Link made = there.links().get(interim.value());
            try {
                there.links().rename(made.index(), spec.name());
            } catch (NetlinkException e) {
                there.links().delete(made.index());
                throw e;
            }
        }
    }
}
