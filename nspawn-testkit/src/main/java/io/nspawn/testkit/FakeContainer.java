package io.nspawn.testkit;

import io.nspawn.model.ContainerStatus.Interface;
import io.nspawn.model.Failure;
import io.nspawn.model.NotFoundException;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.IpAddress;
import io.nspawn.net.MacAddress;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A container that runs.
 *
 * @param leader its first process
 * @param boots whether an init runs in it, or one program
 * @param nics its interfaces
 * @param networkFiles the texts of its network files, as the networkd in it read them last
 */
record FakeContainer(int leader, boolean boots, List<FakeNic> nics, List<String> networkFiles) {
    FakeContainer(int leader, boolean boots, List<FakeNic> nics) {
        this(leader, boots, nics, new ArrayList<>());
    }

    Optional<FakeNic> nic(InterfaceName name) {
        return nics.stream().filter(nic -> nic.name().equals(name)).findAny();
    }

    /** A macvlan goes with the link that it stands on, wherever it is. */
    void loses(InterfaceName lower) {
        nics.removeIf(nic -> nic.lower().equals(Optional.of(lower)));
    }

    List<Interface> interfaces() {
        return nics.stream().map(FakeNic::seen).toList();
    }

    boolean has(Prefix address) {
        return nics.stream()
                .anyMatch(nic -> nic.isUp() && nic.seen().addresses().contains(address));
    }

    /** Changes how one of its macvlans reaches its siblings. */
    void setMode(InterfaceName name, MacvlanMode mode) {
        FakeNic nic = nic(name)
                .orElseThrow(() ->
                        new NotFoundException(Failure.of("set mode of", name.value(), "there is no such interface")
                                .named("ENODEV")));
        nic.mode = mode;
    }

    /** An interface in a container; its addresses come when networkd inside has set it up. */
    static final class FakeNic {
        private final InterfaceName name;
        private final Optional<InterfaceName> lower;
        private MacAddress mac;
        private List<Prefix> addresses = List.of();
        private MacvlanMode mode = MacvlanMode.BRIDGE;
        private boolean up;

        FakeNic(InterfaceName name, Optional<InterfaceName> lower, MacAddress mac) {
            this.name = name;
            this.lower = lower;
            this.mac = mac;
        }

        InterfaceName name() {
            return name;
        }

        Optional<InterfaceName> lower() {
            return lower;
        }

        MacvlanMode mode() {
            return mode;
        }

        boolean isUp() {
            return up;
        }

        void setUp(Optional<MacAddress> newMac, List<Prefix> given) {
            mac = newMac.orElse(mac);
            List<Prefix> all = new ArrayList<>(given);
            all.add(linkLocal());
            addresses = List.copyOf(all);
            up = true;
        }

        boolean holds(IpAddress address) {
            return up && addresses.stream().anyMatch(p -> p.address().equals(address));
        }

        boolean reaches(IpAddress address) {
            return up && addresses.stream().anyMatch(p -> p.contains(address));
        }

        Interface seen() {
            return new Interface(name, Optional.of(mac), up, addresses);
        }

        /** The address that IPv6 makes of a MAC (RFC 4291, appendix A). */
        private Prefix linkLocal() {
            byte[] m = mac.bytes();
            byte[] a = new byte[16];
            a[0] = (byte) 0xfe;
            a[1] = (byte) 0x80;
            a[8] = (byte) (m[0] ^ 2);
            a[9] = m[1];
            a[10] = m[2];
            a[11] = (byte) 0xff;
            a[12] = (byte) 0xfe;
            a[13] = m[3];
            a[14] = m[4];
            a[15] = m[5];
            return new Prefix(IpAddress.of(a), 64);
        }
    }
}
