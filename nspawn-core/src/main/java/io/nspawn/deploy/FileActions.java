package io.nspawn.deploy;

import io.nspawn.config.UnitDropIn;
import io.nspawn.deploy.Step.ApplyLimits;
import io.nspawn.deploy.Step.DeleteFile;
import io.nspawn.deploy.Step.ForgetRun;
import io.nspawn.deploy.Step.ForgetRuntimeLimit;
import io.nspawn.deploy.Step.NoteRun;
import io.nspawn.deploy.Step.WriteFile;
import io.nspawn.model.Limits;
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

    /** What would overrule the new files goes before they come: a plan that finds them there looks no further. */
    void write(List<Step> steps, Ledger ledger, Tally tally) {
        Map<Path, byte[]> contents = new LinkedHashMap<>();
        ledger.before("reload of unit files", machines::reload);
        for (Step step : steps) {
            if (step instanceof ForgetRuntimeLimit forget) {
                keep(forget.file(), ledger);
                files.delete(forget.file());
            } else {
                WriteFile write = (WriteFile) step;
                keep(write.file(), ledger);
                contents.put(write.file(), write.text().getBytes(StandardCharsets.UTF_8));
            }
        }
        files.replaceAll(contents);
        tally.allDone(steps);
    }

    /** Notes come before the first of the files that they are about, and so are taken back last. */
    void note(List<Step> steps, Ledger ledger, Tally tally) {
        Map<Path, byte[]> contents = new LinkedHashMap<>();
        for (Step step : steps) {
            NoteRun note = (NoteRun) step;
            keep(note.file(), ledger);
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
                keep(forget.file(), ledger);
                files.delete(forget.file());
                tally.done(step);
            }
        }
    }

    /**
     * Sets one property: PID 1 then realizes the whole control group before it answers. It keeps a copy of that property
     * in /run, which would overrule later files and so goes at once.
     */
    void limit(List<Step> steps, Ledger ledger, Tally tally) {
        ledger.before("reload of unit files", machines::reload);
        for (Step step : steps) {
            ApplyLimits apply = (ApplyLimits) step;
            Path copy = UnitDropIn.runtimeFile(apply.name(), "TasksMax");
            keep(copy, ledger);
            long before = machines.limits(apply.name()).tasks().orElse(UnitDropIn.TEMPLATE_TASKS);
            ledger.before("limits of " + apply.name(), () -> machines.limit(apply.name(), Limits.NONE.tasks(before)));
            machines.limit(apply.name(), Limits.NONE.tasks(apply.tasks()));
            files.delete(copy);
        }
        machines.reload();
        tally.allDone(steps);
    }

    void delete(List<Step> steps, Ledger ledger, Tally tally) {
        for (Step step : steps) {
            delete(((DeleteFile) step).file());
            tally.done(step);
        }
    }

    private void keep(Path file, Ledger ledger) {
        Optional<byte[]> before = files.read(file);
        ledger.before(file.toString(), () -> restore(file, before));
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
