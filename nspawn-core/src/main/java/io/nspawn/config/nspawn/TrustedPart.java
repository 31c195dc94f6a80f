package io.nspawn.config.nspawn;

import java.util.List;
import java.util.Optional;

/** What of a file counts where it is not trusted: next to an image, which may come from anybody. */
final class TrustedPart {
    private TrustedPart() {}

    static NspawnSettings of(NspawnSettings file) {
        Draft draft = Draft.of(file.exec());
        draft.capability = CapabilitySet.NONE;
        draft.ambientCapability = CapabilitySet.NONE;
        draft.machineId = Optional.empty();
        draft.privateUsers = Optional.empty();
        draft.ownership = Optional.empty();
        draft.delegate = 0;
        if (!draft.allowedSystemCalls.isEmpty()) {
            draft.allowedSystemCalls.clear();
            draft.deniedSystemCalls.clear();
        }
        draft.limits.clear();
        draft.oomScoreAdjust = OomScoreAdjust.UNSET;
        draft.cpus = Optional.empty();
        draft.linkJournal = Optional.empty();
        NspawnSettings.Files files = file.files();
        return new NspawnSettings(
                draft.freeze().exec(),
                new NspawnSettings.Files(
                        files.readOnly(), files.volatileMode(), List.of(), List.of(), files.bindUserShell()),
                new Draft().freeze().network());
    }
}
