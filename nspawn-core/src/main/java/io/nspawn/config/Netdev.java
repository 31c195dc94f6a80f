package io.nspawn.config;

import io.nspawn.model.SystemdVersion;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacvlanMode;
import java.nio.file.Path;

/**
 * A {@code .netdev} file: a virtual interface that systemd-networkd makes where it is missing (systemd.netdev(5)). What
 * exists already it leaves as it is, and a file that goes takes no interface with it.
 *
 * <pre>{@code
 * Netdev.bridge("br-mgmt").stp(false).vlanFiltering(true).build()
 * Netdev.vxlan("vx42", 42).group("239.1.1.1").destinationPort(4789).build()
 * }</pre>
 *
 * @param content the sections of the file
 */
public record Netdev(SystemdFile content) implements NetworkdFile {
    /**
     * Takes the sections of a file.
     *
     * @throws IllegalArgumentException if a key is none that this library writes, does not take its value, or does not
     *     fit the kind of interface; the message names the section, the key and what would be right
     */
    public Netdev {
        content = NetworkdKeys.NETDEV.checked(content);
        NetdevRules.check(content);
    }

    /** A bridge. */
    public static BridgeBuilder bridge(String name) {
        return new BridgeBuilder(name);
    }

    /** A pair of virtual Ethernet interfaces, one the peer of the other. */
    public static VethBuilder veth(String name, String peer) {
        return new VethBuilder(name, peer);
    }

    /** A macvlan, made once a {@code .network} file asks for it with {@link Network.Builder#macvlan}. */
    public static MacvlanBuilder macvlan(String name, MacvlanMode mode) {
        return new MacvlanBuilder(name, mode);
    }

    /**
     * A VXLAN, made once a {@code .network} file asks for it with {@link Network.Builder#vxlan}, or at once if it is
     * {@linkplain VxlanBuilder#independent independent}.
     *
     * @param vni the network identifier, 1 to 16777215
     */
    public static VxlanBuilder vxlan(String name, int vni) {
        return new VxlanBuilder(name, vni);
    }

    /**
     * A VLAN, made once a {@code .network} file asks for it with {@link Network.Builder#vlan}.
     *
     * @param id 0 to 4094
     */
    public static VlanBuilder vlan(String name, int id) {
        return new VlanBuilder(name, id);
    }

    /** An interface that drops all that is sent to it. */
    public static DummyBuilder dummy(String name) {
        return new DummyBuilder(name);
    }

    /** The interface that is made. */
    public InterfaceName name() {
        return InterfaceName.of(content.value("NetDev", "Name").orElseThrow());
    }

    /** Its kind, as in {@code bridge}. */
    public String kind() {
        return content.value("NetDev", "Kind").orElseThrow();
    }

    /**
     * Reads a file that anybody wrote. Keys that this library does not know stay in it and are told; values may have any
     * form that systemd takes for them.
     *
     * @param file where it stands, for errors
     * @throws InvalidFileException if systemd would refuse the file, a known key does not take its value, or the file
     *     could not do what it says; names the file, the line, the key and what would be right
     */
    public static TypedDocument<Netdev> read(Path file, byte[] content) {
        return new TypedFileReader<>(NetworkdKeys.NETDEV, Netdev::new, file).read(content);
    }

    @Override
    public String extension() {
        return "netdev";
    }

    @Override
    public SystemdFile contentFor(SystemdVersion version) {
        NetworkdKeys.NETDEV.requireKnown(name() + ".netdev", content, version);
        return content;
    }
}
