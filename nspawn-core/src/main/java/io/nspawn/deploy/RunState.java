package io.nspawn.deploy;

import io.nspawn.config.Provenance;
import io.nspawn.config.SystemdFile;
import io.nspawn.config.SystemdFile.Section;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.MachineName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one run of a container was started with, and what was put into force since: what systemd-nspawn and the networkd
 * inside were told. Limits are not part of it; PID 1 applies them whenever it reads its files.
 *
 * <p>A container that runs with other settings than its files say has a note of them in {@code /run/nspawn}, made before
 * the first of the files is changed and removed when both agree again. The note names the run by its invocation id: it
 * means nothing once the container was restarted, by whomever, and is gone after a boot. So the next deploy knows what
 * still waits for a restart whatever was killed in between, and without asking clocks.
 *
 * @param settings the lines of the {@code .nspawn} file but for its macvlans, each with its section
 * @param macvlans the lower interfaces, in order
 * @param networks the lines of each {@code .network} file of ours inside, by its path
 */
record RunState(List<String> settings, List<String> macvlans, Map<String, List<String>> networks) {
    private static final Path NOTES = Path.of("/run/nspawn");
    private static final String SUFFIX = ".run";
    private static final String RUN_FACT = "Run";
    private static final String SETTINGS = "Settings";
    private static final String MACVLANS = "Macvlans";
    private static final String NETWORK = "Network";
    private static final String LINE = "Line";
    private static final String LOWER = "Lower";
    private static final String ATTACHING = "Attaching";
    private static final String FILE = "File";

    RunState {
        settings = List.copyOf(settings);
        macvlans = List.copyOf(macvlans);
        networks = new TreeMap<>(networks);
    }

    /** The directory of all notes; it also holds the lock of deploys. */
    static Path notes() {
        return NOTES;
    }

    static Path note(MachineName machine) {
        return NOTES.resolve(machine + SUFFIX);
    }

    static RunState of(SystemdFile settings, Map<String, SystemdFile> networkFiles) {
        List<String> macvlans = settings.values("Network", "MACVLAN").stream()
                .flatMap(v -> Arrays.stream(v.split("\\s+")))
                .toList();
        Map<String, List<String>> networks = new TreeMap<>();
        networkFiles.forEach((path, file) -> networks.put(path, lines(file)));
        List<String> others = lines(settings).stream()
                .filter(l -> !l.startsWith("[Network] MACVLAN="))
                .toList();
        return new RunState(others, macvlans, networks);
    }

    private static List<String> lines(SystemdFile file) {
        List<String> lines = new ArrayList<>();
        for (Section section : file.sections()) {
            section.entries().forEach(e -> lines.add("[" + section.name() + "] " + e.key() + "=" + e.value()));
        }
        return lines;
    }

    /**
     * The note about a run that is in this state.
     *
     * @param attaching lower interfaces whose macvlans may be there or not: they are made live, or were about to be
     */
    String noteText(ContainerSpec spec, String run, List<String> attaching) {
        SystemdFile.Builder file = SystemdFile.builder();
        file.section(SETTINGS);
        settings.forEach(line -> file.set(LINE, line));
        file.section(MACVLANS);
        macvlans.stream().filter(lower -> !attaching.contains(lower)).forEach(lower -> file.set(LOWER, lower));
        attaching.forEach(lower -> file.set(ATTACHING, lower));
        networks.forEach((path, lines) -> {
            file.section(NETWORK).set(FILE, path);
            lines.forEach(line -> file.set(LINE, line));
        });
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(SettingsFile.NAME_FACT, spec.name());
        facts.put(RUN_FACT, run);
        return Provenance.stamp(file.build(), facts);
    }

    /** What a note says about a run; empty if it is about another run, or somebody else's text. */
    static Optional<RunState> ofNote(String text, String run) {
        if (!run.equals(Provenance.facts(Provenance.origin(text)).get(RUN_FACT))) {
            return Optional.empty();
        }
        return Provenance.content(text).map(file -> {
            Map<String, List<String>> networks = new TreeMap<>();
            for (Section section : file.sections()) {
                if (section.name().equals(NETWORK)) {
                    networks.put(
                            section.entries().get(0).value(),
                            values(section).subList(1, section.entries().size()));
                }
            }
            return new RunState(file.values(SETTINGS, LINE), file.values(MACVLANS, LOWER), networks);
        });
    }

    /** The lower interfaces that a note calls neither there nor not there; empty if it is about another run. */
    static List<String> attaching(String text, String run) {
        return ofNote(text, run).isEmpty()
                ? List.of()
                : Provenance.content(text)
                        .map(file -> file.values(MACVLANS, ATTACHING))
                        .orElse(List.of());
    }

    /** What is said of whether an init runs in it. */
    List<String> boot() {
        return settings.stream().filter(line -> line.startsWith("[Exec] Boot=")).toList();
    }

    /** The same with further macvlans, after those that it has. */
    RunState with(List<String> further) {
        List<String> all = new ArrayList<>(macvlans);
        all.addAll(further);
        return new RunState(settings, all, networks);
    }

    /** All of it, line by line, for people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(settings);
        macvlans.forEach(lower -> lines.add("[Network] MACVLAN=" + lower));
        networks.forEach((path, its) -> its.forEach(line -> lines.add(path + " " + line)));
        return lines;
    }

    private static List<String> values(Section section) {
        return section.entries().stream().map(SystemdFile.Entry::value).toList();
    }
}
