package io.nspawn.net;

import io.nspawn.net.Diagnosis.Cause;
import java.util.List;
import java.util.Optional;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out why the kernel refused a change to a link, by looking at the links involved: the macvlan driver gives bare
 * error numbers. What is in another namespace cannot be seen from here, and then nothing is said rather than guessed.
 */
final class LinkDiagnosis {
    private static final Logger LOG = LoggerFactory.getLogger(LinkDiagnosis.class);

    private final Links links;

    LinkDiagnosis(Links links) {
        this.links = links;
    }

    private interface Look {
        Optional<Diagnosis> look();
    }

    /** Explains a refused creation. */
    Optional<Diagnosis> create(LinkSpec spec, KernelRefusal refusal, boolean elsewhere) {
        return guarded(() -> general(refusal, spec.kind().kernelName())
                .or(() -> refusal.is(Errno.EEXIST) ? taken(spec, elsewhere) : Optional.empty())
                .or(() -> refusal.is(Errno.EOPNOTSUPP) ? settingUnsupported(spec) : Optional.empty())
                .or(() -> spec.lower().isPresent() ? onLower(spec, spec.lower().getAsInt(), refusal) : Optional.empty())
                .or(() -> spec.master().isPresent() && refusal.is(Errno.ELOOP)
                        ? Optional.of(bridgeInBridge())
                        : Optional.empty()));
    }

    /** Explains a refused change of a link that exists. */
    Optional<Diagnosis> change(int index, KernelRefusal refusal) {
        return guarded(() ->
                general(refusal, "this change").or(() -> links.find(index).flatMap(link -> changed(link, refusal))));
    }

    /** Explains a refused change of the MTU. */
    Optional<Diagnosis> mtu(int index, int mtu, KernelRefusal refusal) {
        return guarded(() -> general(refusal, "this change")
                .or(() -> links.find(index)
                        .flatMap(link -> below(link)
                                .filter(lower -> isMacvlan(link) && lower.mtu() < mtu)
                                .flatMap(lower -> mtuAbove(mtu, lower))
                                .or(() -> refusal.is(Errno.EINVAL)
                                        ? found(Cause.MTU_OUT_OF_RANGE, link.name() + " does not allow MTU " + mtu, "")
                                        : Optional.empty()))));
    }

    /** A diagnosis that cannot be made must not hide the error it is about. */
    private static Optional<Diagnosis> guarded(Look look) {
        try {
            return look.look();
        } catch (NetlinkException e) {
            LOG.debug("no diagnosis: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Diagnosis> general(KernelRefusal refusal, String kind) {
        if (refusal.is(Errno.EPERM) || refusal.is(Errno.EACCES)) {
            return found(
                    Cause.NOT_PRIVILEGED,
                    "CAP_NET_ADMIN is missing in the user namespace that owns the network namespace",
                    "run as root or with that capability");
        }
        if (refusal.is(Errno.EOPNOTSUPP) && refusal.text().startsWith("Unknown device type")) {
            return found(
                    Cause.KIND_UNSUPPORTED,
                    "this kernel has no " + kind + " driver",
                    "load or build the kernel module for " + kind);
        }
        if (refusal.text().startsWith("mtu ")) {
            return found(Cause.MTU_OUT_OF_RANGE, "the link does not allow that MTU", "");
        }
        if (refusal.text().startsWith("The interface netns is immutable")) {
            return found(Cause.NAMESPACE_IMMUTABLE, "links of this kind stay where they were made", "make it there");
        }
        return Optional.empty();
    }

    /** A kind that is there refuses only what it was built without: of a bridge, VLAN filtering or snooping. */
    private static Optional<Diagnosis> settingUnsupported(LinkSpec spec) {
        return spec.kind() instanceof LinkKind.Bridge bridge
                ? found(
                        Cause.SETTING_UNSUPPORTED,
                        "this kernel's bridge lacks one of " + bridge.options().keySet(),
                        "leave it out, or build the kernel with it")
                : Optional.empty();
    }

    private Optional<Diagnosis> taken(LinkSpec spec, boolean elsewhere) {
        return nameTaken(spec, elsewhere).or(() -> vxlanTaken(spec));
    }

    private Optional<Diagnosis> vxlanTaken(LinkSpec spec) {
        return spec.kind() instanceof LinkKind.Vxlan wanted
                ? links.listing(LinkFilter.all().kind(wanted.kernelName())).entries().stream()
                        .filter(link -> link.details() instanceof LinkDetails.Vxlan present
                                && present.id() == wanted.id()
                                && present.port() == wanted.port())
                        .findFirst()
                        .flatMap(link -> found(
                                Cause.VXLAN_IN_USE,
                                link.name() + " is VXLAN " + wanted.id() + " on port " + wanted.port() + " already",
                                "choose another network or another port, or delete " + link.name()))
                : Optional.empty();
    }

    private Optional<Diagnosis> nameTaken(LinkSpec spec, boolean elsewhere) {
        String text = elsewhere
                ? "the other namespace has a link named " + spec.name()
                : links.find(spec.name())
                        .map(l -> "there is " + l)
                        .or(() -> peerTaken(spec))
                        .orElse("");
        return text.isEmpty()
                ? Optional.empty()
                : found(Cause.NAME_TAKEN, text, "choose another name or delete that link");
    }

    private Optional<String> peerTaken(LinkSpec spec) {
        return spec.kind() instanceof LinkKind.Veth veth
                ? links.find(veth.peer().name()).map(l -> "there is " + l)
                : Optional.empty();
    }

    private Optional<Diagnosis> onLower(LinkSpec spec, int index, KernelRefusal refusal) {
        Optional<Link> lower = links.find(index);
        if (lower.isEmpty()) {
            return found(Cause.LOWER_ABSENT, "there is no link " + index + " to lie on", "");
        }
        if (refusal.is(Errno.EBUSY)) {
            return busyLower(lower.get());
        }
        if (refusal.is(Errno.EINVAL)) {
            return invalidOn(spec, lower.get());
        }
        return refusal.is(Errno.EADDRINUSE)
                ? spec.mac().flatMap(mac -> macInUse(mac, lower.get(), 0))
                : Optional.empty();
    }

    private Optional<Diagnosis> busyLower(Link lower) {
        if (lower.master().isPresent()) {
            String master = nameOf(lower.master().getAsInt());
            return found(
                    Cause.LOWER_IS_PORT,
                    lower.name() + " is a port of " + master + " and so cannot carry macvlans",
                    "use " + master + " itself as the lower link, or a veth whose other end is a port of it");
        }
        return siblings(lower).stream()
                .filter(l -> l.kind().equals("ipvlan"))
                .findFirst()
                .flatMap(l -> found(
                        Cause.LOWER_CARRIES_IPVLAN,
                        lower.name() + " carries the ipvlan " + l.name() + "; a link carries macvlans or ipvlans",
                        "use macvlan or ipvlan for all links on " + lower.name()));
    }

    private Optional<Diagnosis> invalidOn(LinkSpec spec, Link lower) {
        if (lower.isLoopback() || lower.hardwareType() != Ifla.ARPHRD_ETHER) {
            return found(
                    Cause.LOWER_NOT_ETHERNET,
                    lower.name() + " is not an Ethernet link",
                    "choose an Ethernet link, a bridge or a veth");
        }
        if (spec.mtu().isPresent() && spec.mtu().getAsInt() > lower.mtu()) {
            return mtuAbove(spec.mtu().getAsInt(), lower);
        }
        return spec.kind() instanceof LinkKind.Macvlan macvlan ? passthru(macvlan, lower) : Optional.empty();
    }

    private static Optional<Diagnosis> mtuAbove(int mtu, Link lower) {
        return found(
                Cause.MTU_ABOVE_LOWER,
                "MTU " + mtu + " is greater than the " + lower.mtu() + " of " + lower.name(),
                "raise the MTU of " + lower.name() + " first");
    }

    private Optional<Diagnosis> passthru(LinkKind.Macvlan wanted, Link lower) {
        List<Link> macvlans =
                siblings(lower).stream().filter(LinkDiagnosis::isMacvlan).toList();
        Optional<Link> holder =
                macvlans.stream().filter(LinkDiagnosis::isPassthru).findFirst();
        if (holder.isPresent()) {
            String name = holder.get().name();
            return found(
                    Cause.PASSTHRU_EXISTS,
                    name + " has " + lower.name() + " for itself, in mode passthru",
                    "delete " + name + " or use another lower link");
        }
        return wanted.mode() == MacvlanMode.PASSTHRU && !macvlans.isEmpty()
                ? found(
                        Cause.PASSTHRU_NOT_ALONE,
                        lower.name() + " carries " + macvlans.get(0).name() + " already, and passthru wants it alone",
                        "use another mode or another lower link")
                : Optional.empty();
    }

    private Optional<Diagnosis> changed(Link link, KernelRefusal refusal) {
        if (refusal.is(Errno.EBUSY)) {
            return busyPort(link);
        }
        if (refusal.is(Errno.ELOOP)) {
            return Optional.of(bridgeInBridge());
        }
        if (refusal.is(Errno.EEXIST)) {
            return found(Cause.NAME_TAKEN, "a link there has that name", "choose another name or delete that link");
        }
        if (refusal.is(Errno.EADDRINUSE) && isMacvlan(link)) {
            return link.mac()
                    .flatMap(mac -> link.lower()
                            .filter(Link.Lower::isHere)
                            .flatMap(l -> links.find(l.index()))
                            .flatMap(lower -> macInUse(mac, lower, link.index())));
        }
        return Optional.empty();
    }

    /** Explains a refused change of the mode of a macvlan. */
    static Optional<Diagnosis> mode(Link link, MacvlanMode wanted, KernelRefusal refusal) {
        boolean passthru = isPassthru(link) || wanted == MacvlanMode.PASSTHRU;
        return general(refusal, "this change")
                .or(() -> refusal.is(Errno.EINVAL) && passthru
                        ? found(
                                Cause.PASSTHRU_FIXED,
                                "mode passthru of " + link.name() + " can be neither entered nor left",
                                "delete " + link.name() + " and make it anew")
                        : Optional.empty());
    }

    /** Explains a refused change of the source addresses of a macvlan. */
    static Optional<Diagnosis> sources(Link link, KernelRefusal refusal) {
        return general(refusal, "this change")
                .or(() -> refusal.is(Errno.EINVAL)
                                && link.details() instanceof LinkDetails.Macvlan macvlan
                                && !macvlan.mode().equals(Optional.of(MacvlanMode.SOURCE))
                        ? found(
                                Cause.SOURCES_NEED_MODE_SOURCE,
                                link.name() + " is not in mode source but in "
                                        + macvlan.mode().map(Enum::name).orElse("another"),
                                "change its mode to source first")
                        : Optional.empty());
    }

    private Optional<Diagnosis> busyPort(Link link) {
        if (link.master().isPresent()) {
            String master = nameOf(link.master().getAsInt());
            return found(
                    Cause.HAS_MASTER,
                    link.name() + " is a port of " + master,
                    "take " + link.name() + " out of " + master + " first");
        }
        return siblings(link).stream()
                .filter(LinkDiagnosis::isMacvlan)
                .findFirst()
                .flatMap(l -> found(
                        Cause.CARRIES_MACVLAN,
                        link.name() + " carries the macvlan " + l.name() + " and so cannot become a port",
                        "put the macvlans on a veth whose other end is a port"));
    }

    private Optional<Diagnosis> macInUse(MacAddress mac, Link lower, int except) {
        if (lower.mac().equals(Optional.of(mac))) {
            return found(Cause.MAC_IN_USE, lower.name() + " itself has " + mac, "choose another MAC address");
        }
        String holder = siblings(lower).stream()
                .filter(l -> l.index() != except && l.mac().equals(Optional.of(mac)))
                .map(l -> l.name() + " on " + lower.name())
                .findFirst()
                .orElse("a macvlan on " + lower.name() + " in another namespace, perhaps one that is just going away,");
        return found(
                Cause.MAC_IN_USE,
                holder + " has " + mac,
                "delete that macvlan, or try again: a namespace takes some 60 milliseconds to go");
    }

    /** Finds the lower link if it is in this namespace. */
    private Optional<Link> below(Link link) {
        return link.lower().filter(Link.Lower::isHere).flatMap(l -> links.find(l.index()));
    }

    private static Diagnosis bridgeInBridge() {
        return new Diagnosis(
                Cause.BRIDGE_IN_BRIDGE, "a bridge cannot be a port of a bridge", "join the two with a veth pair");
    }

    private List<Link> siblings(Link lower) {
        return links.listing(LinkFilter.all().lower(lower.index())).entries();
    }

    private String nameOf(int index) {
        return links.find(index).map(Link::name).orElse(Links.describe(index));
    }

    private static boolean isMacvlan(Link link) {
        return link.details() instanceof LinkDetails.Macvlan;
    }

    private static boolean isPassthru(Link link) {
        return link.details() instanceof LinkDetails.Macvlan m && m.mode().equals(Optional.of(MacvlanMode.PASSTHRU));
    }

    private static Optional<Diagnosis> found(Cause cause, String text, String remedy) {
        return Optional.of(new Diagnosis(cause, text, remedy));
    }
}
