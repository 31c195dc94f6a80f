package io.nspawn.model;

import java.nio.file.Path;
import java.util.Objects;

/** One thing that is no longer as a deploy left it. */
public sealed interface Drift {
    MachineName machine();

    /** What it is, in words. */
    String problem();

    /**
     * A file that was edited by hand.
     *
     * @param file absolute; of the container itself if it is below {@code /etc/systemd/network}
     */
    record FileEdited(MachineName machine, Path file) implements Drift {
        @Override
        public String problem() {
            return file + " was edited";
        }
    }

    /** A file of the host or of the container that is gone. */
    record FileMissing(MachineName machine, Path file) implements Drift {
        @Override
        public String problem() {
            return file + " is gone";
        }
    }

    /** The container's root is gone. */
    record RootMissing(MachineName machine) implements Drift {
        @Override
        public String problem() {
            return "its root is gone";
        }
    }

    /**
     * The image that it was cloned from is gone: it cannot be made anew.
     *
     * @param image what its settings name
     */
    record ImageMissing(MachineName machine, String image) implements Drift {
        public ImageMissing {
            Objects.requireNonNull(image);
        }

        @Override
        public String problem() {
            return "its image " + image + " is gone";
        }
    }

    /** It no longer starts with the host. */
    record UnitDisabled(MachineName machine) implements Drift {
        @Override
        public String problem() {
            return "its unit is disabled";
        }
    }

    /**
     * It does not run.
     *
     * @param state what its unit is: {@code inactive} or {@code failed}
     */
    record NotRunning(MachineName machine, String state) implements Drift {
        @Override
        public String problem() {
            return "its unit is " + state;
        }
    }

    /** PID 1 has not read the unit's files since they were changed. */
    record UnitFilesNotRead(MachineName machine) implements Drift {
        @Override
        public String problem() {
            return "its unit's files were changed and not read since";
        }
    }

    /** It runs since before its settings were changed last, and without that change. */
    record RunsWithOlderSettings(MachineName machine, Path file) implements Drift {
        @Override
        public String problem() {
            return "it runs since before " + file + " was changed";
        }
    }
}
