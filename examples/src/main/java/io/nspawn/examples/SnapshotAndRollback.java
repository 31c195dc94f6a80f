// Takes a snapshot of a container while it runs, changes files and settings, and goes back: root and settings together.
//
//     ./example snapshot-and-rollback            on the host in memory
//     ./example snapshot-and-rollback --lab      on a real host that is thrown away after (root)
package io.nspawn.examples;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSnapshot;
import io.nspawn.model.ContainerSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A snapshot, and the way back. */
public final class SnapshotAndRollback {
    private static final String FILE = "/etc/motd";

    private SnapshotAndRollback() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        Stage.play(SnapshotAndRollback.class, arguments, memory -> {}, SnapshotAndRollback::show);
    }

    private static void show(Host host, String image) throws IOException {
        ContainerSpec spec = spec(image, "512M");
        Container db = host.deploy(spec);
        write(db, "before\n");
        db.snapshot("before-migration");
        System.out.println("snapshots: "
                + db.snapshots().stream().map(ContainerSnapshot::name).toList());

        write(db, "after\n");
        host.deploy(spec(image, "1G"));
        System.out.print(db.limits() + ", and " + FILE + " says " + read(db));

        db.rollback("before-migration");
        db.awaitReady(Duration.ofSeconds(60));
        System.out.print("rolled back: " + db.limits() + ", and " + FILE + " says " + read(db));
        System.out.println("as deployed: " + host.plan(spec).changesNothing());

        db.removeSnapshot("before-migration");
        db.remove();
    }

    private static ContainerSpec spec(String image, String memory) {
        return ContainerSpec.named("db")
                .image(image)
                .boots()
                .limits(l -> l.memory(memory))
                .build();
    }

    private static void write(Container container, String text) {
        container.write(FILE, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 0644);
    }

    private static String read(Container container) throws IOException {
        try (InputStream file = container.read(FILE)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
