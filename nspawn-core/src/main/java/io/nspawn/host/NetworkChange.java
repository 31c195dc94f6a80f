package io.nspawn.host;

import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostNetwork.NewLink;
import java.nio.file.Path;

/** One thing that is done to make a host's networks what a topology says. */
public sealed interface NetworkChange {
    /** What it does, in a few words: {@code make bridge br-mgmt}. */
    String summary();

    /** A link is made. */
    record Make(NewLink link) implements NetworkChange {
        @Override
        public String summary() {
            if (link instanceof NewLink.Veth veth) {
                return "make veth " + veth.name() + " with " + veth.peer() + " on " + veth.bridge();
            }
            if (link instanceof NewLink.Macvlan macvlan) {
                String mode = macvlan.mode() == MacvlanMode.BRIDGE ? "" : " of mode " + macvlan.mode();
                return "make macvlan " + macvlan.name() + " on " + macvlan.lower() + mode;
            }
            return "make bridge " + link.name();
        }
    }

    /** A link gets another MTU. */
    record SetMtu(InterfaceName name, int from, int to) implements NetworkChange {
        @Override
        public String summary() {
            return "set the MTU of " + name + " from " + from + " to " + to;
        }
    }

    /** A link is set up. */
    record SetUp(InterfaceName name) implements NetworkChange {
        @Override
        public String summary() {
            return "set " + name + " up";
        }
    }

    /** A macvlan of the host changes its mode. */
    record SetMode(InterfaceName name, MacvlanMode from, MacvlanMode to) implements NetworkChange {
        @Override
        public String summary() {
            return "set the mode of " + name + " from " + from + " to " + to;
        }
    }

    /** A network card becomes a port. */
    record Join(InterfaceName port, InterfaceName bridge) implements NetworkChange {
        @Override
        public String summary() {
            return "make " + port + " a port of " + bridge;
        }
    }

    /** A link gets an address. */
    record AddAddress(InterfaceName name, Prefix address) implements NetworkChange {
        @Override
        public String summary() {
            return "give " + name + " the address " + address;
        }
    }

    /** A link loses an address. */
    record RemoveAddress(InterfaceName name, Prefix address) implements NetworkChange {
        @Override
        public String summary() {
            return "take the address " + address + " from " + name;
        }
    }

    /** A file is written. */
    record WriteFile(Path file) implements NetworkChange {
        @Override
        public String summary() {
            return "write " + file;
        }
    }

    /** A file is deleted. */
    record DeleteFile(Path file) implements NetworkChange {
        @Override
        public String summary() {
            return "delete " + file;
        }
    }

    /** A link is deleted, and what stands on it. */
    record Delete(InterfaceName name) implements NetworkChange {
        @Override
        public String summary() {
            return "delete link " + name;
        }
    }
}
