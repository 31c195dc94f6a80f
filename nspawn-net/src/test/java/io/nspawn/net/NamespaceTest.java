package io.nspawn.net;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test that has a network namespace of its own, and a socket in it. */
abstract class NamespaceTest {
    protected Lab lab;
    protected NetworkNamespace here;
    protected RouteSocket socket;
    protected Links links;

    @BeforeEach
    void openNamespace() {
        lab = Lab.open();
        here = lab.namespace();
        socket = RouteSocket.open(here);
        links = socket.links();
    }

    @AfterEach
    void closeNamespace() {
        if (socket != null) {
            socket.close();
        }
        if (lab != null) {
            lab.close();
        }
    }
}
