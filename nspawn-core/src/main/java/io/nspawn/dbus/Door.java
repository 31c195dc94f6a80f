package io.nspawn.dbus;

import java.io.IOException;
import java.util.List;

/** What a connection is made through, as often as it takes. */
interface Door {
    Wire dial(Deadline deadline) throws IOException;

    /** What a failure names. */
    String place();

    /** Whether a daemon stands behind it, which wants to be greeted and to be told of matches; else a peer. */
    default boolean leadsToDaemon() {
        return true;
    }

    /** To a peer, without a daemon between. */
    static Door toPeer(BusAddress address) {
        return new Door() {
            @Override
            public Wire dial(Deadline deadline) throws IOException {
                return Wire.connect(address, deadline);
            }

            @Override
            public String place() {
                return address.toString();
            }

            @Override
            public boolean leadsToDaemon() {
                return false;
            }
        };
    }

    /** Tries addresses in their order. */
    static Door at(List<BusAddress> addresses) {
        return new Door() {
            @Override
            public Wire dial(Deadline deadline) throws IOException {
                IOException last = new IOException("no address");
                for (BusAddress address : addresses) {
                    try {
                        return Wire.connect(address, deadline);
                    } catch (IOException e) {
                        last = e;
                    }
                }
                throw last;
            }

            @Override
            public String place() {
                return addresses.get(addresses.size() - 1).toString();
            }
        };
    }

    static Door through(Doorway doorway) {
        return new Door() {
            @Override
            public Wire dial(Deadline deadline) throws IOException {
                return doorway.enter(socket -> Wire.connect(new BusAddress(socket, false), deadline));
            }

            @Override
            public String place() {
                return doorway.place();
            }
        };
    }
}
