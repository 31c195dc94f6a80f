package io.nspawn.examples;

import io.nspawn.Container;
import io.nspawn.model.ContainerSpec;
import io.nspawn.testkit.ExecScript.Reply;
import io.nspawn.testkit.FakeHost;
import java.util.Optional;

/** The host in memory that snippets of the documentation run on. */
final class SnippetHost {
    private SnippetHost() {}

    static FakeHost make() {
        FakeHost host = FakeHost.withImages("debian-12", "debian-13")
                .addLink("br-mgmt")
                .addLink("br-storage")
                .addDirectory("/openstack/galera")
                .addDownload("https://images.example/debian-12.tar.xz");
        host.onExec((machine, command) ->
                command.get(0).equals("systemctl") ? Optional.of(Reply.ok("running\n")) : Optional.empty());
        return host;
    }

    static ContainerSpec spec() {
        return ContainerSpec.named("web")
                .image("debian-12")
                .macvlan("br-mgmt", nic -> nic.address("172.29.236.20/22"))
                .build();
    }

    static Container deployed(FakeHost host) {
        return host.deploy(spec());
    }
}
