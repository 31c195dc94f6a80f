package io.nspawn.host;

import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostNetwork.NewLink;
import java.nio.file.Path;

/** One thing that is done to make a host's networks what a topology says. */
public sealed interface NetworkChange {
    /** The change as a sentence of what was done: {@code made bridge br-mgmt}. */
    String done();

    /** A link is made. */
    record Make(NewLink link) implements NetworkChange {
        @Override
        public String done() {
            if (link instanceof NewLink.Veth veth) {
                return "made veth " + veth.name() + " with " + veth.peer() + " on " + veth.bridge();
            }
            if (link instanceof NewLink.Macvlan macvlan) {
                String mode = macvlan.mode() == MacvlanMode.BRIDGE ? "" : " of mode " + macvlan.mode();
                return "made macvlan " + macvlan.name() + " on " + macvlan.lower() + mode;
            }
            return "made bridge " + link.name();
        }
    }

    /** A link gets another MTU. */
    record SetMtu(InterfaceName name, int from, int to) implements NetworkChange {
        @Override
        public String done() {
            return "set the MTU of " + name + " from " + from + " to " + to;
        }
    }

    /** A link is set up. */
    record SetUp(InterfaceName name) implements NetworkChange {
        @Override
        public String done() {
            return "set " + name + " up";
        }
    }

    /** A macvlan of the host changes its mode. */
    record SetMode(InterfaceName name, MacvlanMode from, MacvlanMode to) implements NetworkChange {
        @Override
        public String done() {
            return "set the mode of " + name + " from " + from + " to " + to;
        }
    }

    /** A network card becomes a port. */
    record Join(InterfaceName port, InterfaceName bridge) implements NetworkChange {
        @Override
        public String done() {
            return "made " + port + " a port of " + bridge;
        }
    }

    /** A link gets an address. */
    record AddAddress(InterfaceName name, Prefix address) implements NetworkChange {
        @Override
        public String done() {
            return "gave " + name + " the address " + address;
        }
    }

    /** A link loses an address. */
    record RemoveAddress(InterfaceName name, Prefix address) implements NetworkChange {
        @Override
        public String done() {
            return "took the address " + address + " from " + name;
        }
    }

    /** A file is written. */
    record WriteFile(Path file) implements NetworkChange {
        @Override
        public String done() {
            return "wrote " + file;
        }
    }

    /** A file is deleted. */
    record DeleteFile(Path file) implements NetworkChange {
        @Override
        public String done() {
            return "deleted " + file;
        }
    }

    /** A link is deleted, and what stands on it. */
    record Delete(InterfaceName name) implements NetworkChange {
        @Override
        public String done() {
            return "deleted link " + name;
        }
    }
}
