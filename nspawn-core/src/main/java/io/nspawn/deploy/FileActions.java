package io.nspawn.deploy;

import io.nspawn.deploy.Step.DeleteFile;
import io.nspawn.deploy.Step.ForgetRun;
import io.nspawn.deploy.Step.NoteRun;
import io.nspawn.deploy.Step.WriteFile;
import io.nspawn.spi.HostFiles;
import io.nspawn.spi.MachineControl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The phases that act on files of the host. */
final class FileActions {
    private final HostFiles files;
    private final MachineControl machines;

    FileActions(HostFiles files, MachineControl machines) {
        this.files = files;
        this.machines = machines;
    }

    void write(List<Step> steps, Ledger ledger, Tally tally) {
        Map<Path, byte[]> contents = new LinkedHashMap<>();
        ledger.before("reload of unit files", machines::reload);
        for (Step step : steps) {
            WriteFile write = (WriteFile) step;
            Optional<byte[]> before = files.read(write.file());
            ledger.before(write.file().toString(), () -> restore(write.file(), before));
            contents.put(write.file(), write.text().getBytes(StandardCharsets.UTF_8));
        }
        files.replaceAll(contents);
        tally.allDone(steps);
    }

    /** Notes come before the first of the files that they are about, and so are taken back last. */
    void note(List<Step> steps, Ledger ledger, Tally tally) {
        Map<Path, byte[]> contents = new LinkedHashMap<>();
        for (Step step : steps) {
            NoteRun note = (NoteRun) step;
            Optional<byte[]> before = files.read(note.file());
            ledger.before(note.file().toString(), () -> restore(note.file(), before));
            contents.put(note.file(), note.text().getBytes(StandardCharsets.UTF_8));
        }
        files.replaceAll(contents);
        tally.allDone(steps);
    }

    /** All is in force that this run puts into force. */
    void settle(List<Step> steps, Ledger ledger, Tally tally) {
        note(steps.stream().filter(NoteRun.class::isInstance).toList(), ledger, tally);
        for (Step step : steps) {
            if (step instanceof ForgetRun forget) {
                Optional<byte[]> before = files.read(forget.file());
                ledger.before(forget.file().toString(), () -> restore(forget.file(), before));
                files.delete(forget.file());
                tally.done(step);
            }
        }
    }

    void delete(List<Step> steps, Ledger ledger, Tally tally) {
        for (Step step : steps) {
            delete(((DeleteFile) step).file());
            tally.done(step);
        }
    }

    private void restore(Path file, Optional<byte[]> before) {
        if (before.isPresent()) {
            files.replaceAll(Map.of(file, before.get()));
        } else {
            delete(file);
        }
    }

    /** A drop-in's directory was made for it alone; it stays if somebody else put a file into it. */
    private void delete(Path file) {
        files.delete(file);
        Path directory = file.resolveSibling("");
        boolean dropIns = directory.toString().endsWith(".service.d");
        if (dropIns && files.exists(directory) && files.list(directory).isEmpty()) {
            files.delete(directory);
        }
    }
}
