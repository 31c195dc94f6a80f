package io.nspawn.dbus;

import java.io.IOException;
import java.util.List;

/** What a connection is made through, as often as it takes. */
interface Door {
    Wire dial(Deadline deadline) throws IOException;

    /** What a failure names. */
    String place();

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
