package io.nspawn.benchmarks.control;

import io.nspawn.benchmarks.Command;
import io.nspawn.benchmarks.PeerProgram;
import io.nspawn.model.MachineName;
import io.nspawn.model.ObjectLabel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The subjects that the program made from {@code control_peers.c} works for: itself, and processes that it starts. */
record Peers(PeerProgram program, MachineName booted, List<MachineName> all) {
    static final String PID1 = "org.freedesktop.systemd1";
    static final String UNIT = "org.freedesktop.systemd1.Unit";
    static final String PROPERTY = "ActiveState";

    private record Peer(Work work, String name, boolean startsProcesses, PeerProgram program, List<String> requests)
            implements Subject {
        /** What several requests do together is one time. */
        @Override
        public long[] perform(int times) {
            if (requests.size() == 1) {
                return program.ask(requests.get(0).formatted(times));
            }
            return IntStream.range(0, times)
                    .mapToLong(i -> requests.stream()
                            .flatMapToLong(request -> LongStream.of(program.ask(request.formatted(1))))
                            .sum())
                    .toArray();
        }
    }

    static String unitPath(MachineName machine) {
        return "/org/freedesktop/systemd1/unit/" + ObjectLabel.escape(machine.unit());
    }

    List<Subject> subjects(Path file) {
        List<Subject> subjects = new ArrayList<>();
        if (Command.run(file.toString(), "subjects").contains("sd-bus")) {
            subjects.add(sdBus(Work.PROPERTY, "property", unitPath(booted), UNIT, PROPERTY));
            subjects.add(sdBus(Work.LIST, "list", Integer.toString(all.size())));
        }
        subjects.add(
                process(Work.PROPERTY, "busctl", 0, "busctl", "get-property", PID1, unitPath(booted), UNIT, PROPERTY));
        subjects.add(new Peer(Work.LIST, "machinectl", true, program, statuses()));
        subjects.add(process(
                Work.EXEC,
                "systemd-run",
                0,
                "systemd-run",
                "--machine=" + booted,
                "--pipe",
                "--wait",
                "--quiet",
                "/bin/true"));
        subjects.add(process(Work.START_LIST, "nspawn", all.size(), java()));
        subjects.add(process(Work.START_LIST, "machinectl", all.size(), "machinectl", "list", "--no-legend"));
        return subjects;
    }

    private List<String> statuses() {
        return all.stream()
                .map(machine -> run(0, "machinectl", "status", "--no-pager", machine.value()))
                .toList();
    }

    private Subject sdBus(Work work, String verb, String... words) {
        return new Peer(work, "sd-bus", false, program, List.of(verb + "\t%d\t" + String.join("\t", words)));
    }

    private Subject process(Work work, String name, int lines, String... command) {
        return new Peer(work, name, true, program, List.of(run(lines, command)));
    }

    private static String run(int lines, String... command) {
        return "run\t%d\t" + lines + "\t" + String.join("\t", command);
    }

    /** As a user would start it: no option but the class path. */
    private static String[] java() {
        return new String[] {
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            StartList.class.getName()
        };
    }
}
