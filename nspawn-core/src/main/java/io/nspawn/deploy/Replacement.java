package io.nspawn.deploy;

import io.nspawn.config.KeptFiles;
import io.nspawn.config.Provenance;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.MachineName;
import io.nspawn.model.SnapshotName;
import io.nspawn.spi.HostPorts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A replacement of a container's root that is under way, as a file of the host says it: {@code NAME.replacing} beside the
 * container's settings. It is there before anything changes, and gone once the new root is the container's or the old one
 * is again. Whatever finds it finishes or takes back what it tells of.
 *
 * @param machine the container
 * @param ran whether it ran before
 * @param stopping whether it was told to stop, which it may not have done yet
 * @param starts whether it is to run with the new root
 * @param keep the snapshot of the old root that is made on the way
 * @param before the container's files as they were
 */
record Replacement(
        MachineName machine,
        boolean ran,
        boolean stopping,
        boolean starts,
        Optional<SnapshotName> keep,
        KeptFiles before) {
    private static final String SUFFIX = ".replacing";
    private static final String RAN = "Ran";
    private static final String STOPPING = "Stopping";
    private static final String STARTS = "Starts";
    private static final String KEEP = "Keep";

    private Path file() {
        return SettingsFile.directory().resolve(machine + SUFFIX);
    }

    /** One of a container that is still as it was. */
    static Replacement of(
            MachineName machine, boolean ran, boolean starts, Optional<SnapshotName> keep, KeptFiles before) {
        return new Replacement(machine, ran, false, starts, keep, before);
    }

    /** The same, once the container is to be told to stop. */
    Replacement toStop() {
        return new Replacement(machine, ran, ran, starts, keep, before);
    }

    /** Has the host say it, whatever it said of it before. */
    void write(HostPorts host) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(SettingsFile.NAME_FACT, machine.value());
        facts.put(RAN, Boolean.toString(ran));
        facts.put(STOPPING, Boolean.toString(stopping));
        facts.put(STARTS, Boolean.toString(starts));
        keep.ifPresent(name -> facts.put(KEEP, name.value()));
        host.files().replaceAll(Map.of(file(), before.text(facts).getBytes(StandardCharsets.UTF_8)));
    }

    void end(HostPorts host) {
        host.files().delete(file());
    }

    /** Those that a process left which died. */
    static List<Replacement> left(HostPorts host) {
        List<Replacement> left = new ArrayList<>();
        for (Path file : host.files().list(SettingsFile.directory())) {
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(SUFFIX) && !name.startsWith(".")) {
                left.add(read(host, file, MachineName.of(name.substring(0, name.length() - SUFFIX.length()))));
            }
        }
        return left;
    }

    private static Replacement read(HostPorts host, Path file, MachineName machine) {
        String text = HostSnapshot.text(host, file).orElse("");
        try {
            KeptFiles before = KeptFiles.read(text, ContainerHostFiles.paths(machine));
            Map<String, String> facts = Provenance.facts(Provenance.origin(text));
            return new Replacement(
                    machine,
                    Boolean.parseBoolean(facts.get(RAN)),
                    Boolean.parseBoolean(facts.get(STOPPING)),
                    Boolean.parseBoolean(facts.get(STARTS)),
                    Optional.ofNullable(facts.get(KEEP)).map(SnapshotName::of),
                    before);
        } catch (IllegalArgumentException e) {
            throw new HostFailureException(
                    Failure.of("recover", machine.value(), file + " " + e.getMessage())
                            .remedy(
                                    "It tells how a replacement of the container's root that was cut off is taken back: "
                                            + "put it right, or make sure that the container has the root and the files that it "
                                            + "should have, then delete it."),
                    e);
        }
    }
}
