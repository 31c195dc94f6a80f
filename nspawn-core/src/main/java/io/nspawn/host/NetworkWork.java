package io.nspawn.host;

import io.nspawn.spi.HostNetwork;
import io.nspawn.spi.HostNetwork.NewLink;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Changes links, one after the other; when one fails, those before it are taken back, latest first. */
final class NetworkWork {
    private final HostNetwork network;
    private final Deque<Runnable> undo = new ArrayDeque<>();

    NetworkWork(HostNetwork network) {
        this.network = network;
    }

    /** Does those of the changes that are of links. */
    void perform(List<NetworkChange> changes) {
        try {
            changes.forEach(this::perform);
        } catch (RuntimeException e) {
            takeBack(e);
            throw e;
        }
    }

    private void perform(NetworkChange change) {
        if (change instanceof NetworkChange.Make make) {
            make(make.link());
        } else if (change instanceof NetworkChange.SetMtu mtu) {
            network.setMtu(mtu.name(), mtu.to());
            undo.push(() -> network.setMtu(mtu.name(), mtu.from()));
        } else if (change instanceof NetworkChange.SetUp up) {
            network.setUp(up.name());
        } else if (change instanceof NetworkChange.SetMode mode) {
            network.setMode(mode.name(), mode.to());
            undo.push(() -> network.setMode(mode.name(), mode.from()));
        } else if (change instanceof NetworkChange.Join join) {
            network.setMaster(join.port(), Optional.of(join.bridge()));
            undo.push(() -> network.setMaster(join.port(), Optional.empty()));
        } else if (change instanceof NetworkChange.AddAddress add) {
            network.addAddress(add.name(), add.address());
            undo.push(() -> network.removeAddress(add.name(), add.address()));
        } else if (change instanceof NetworkChange.RemoveAddress remove) {
            network.removeAddress(remove.name(), remove.address());
            undo.push(() -> network.addAddress(remove.name(), remove.address()));
        }
    }

    private void make(NewLink link) {
        network.create(link);
        undo.push(() -> network.delete(List.of(link.name())));
    }

    private void takeBack(RuntimeException cause) {
        while (!undo.isEmpty()) {
            try {
                undo.pop().run();
            } catch (RuntimeException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
