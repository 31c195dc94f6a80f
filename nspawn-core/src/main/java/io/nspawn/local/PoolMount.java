package io.nspawn.local;

import io.nspawn.config.MountUnit;
import io.nspawn.config.Provenance;
import io.nspawn.config.Provenance.Origin;
import io.nspawn.dbus.JobMode;
import io.nspawn.dbus.JobResult;
import io.nspawn.dbus.Systemd;
import io.nspawn.dbus.UnitStatus;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.JobFailedException.UnitFailure;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Outcome;
import io.nspawn.model.PoolCompression;
import io.nspawn.spi.HostFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The mount of a pool and the unit that makes it, now and at each boot.
 *
 * <p>The unit stands in {@code /etc} and so comes before the vendor's of the same name, which mounts the same file at the
 * same place, without {@code noatime}, and no device at all.
 */
final class PoolMount {
    /** As long as PID 1 itself waits for a device and for mount(8). */
    private static final Duration MOUNT = Duration.ofSeconds(200);

    private static final String DESCRIPTION = "Pool of container images and roots";
    private static final String FACT = "Pool";

    private final HostFiles files;
    private final Systemd systemd;
    private final Path pool;
    private final Path unit;

    PoolMount(HostFiles files, Systemd systemd, Path pool) {
        this.files = files;
        this.systemd = systemd;
        this.pool = pool;
        this.unit = MountUnit.path(pool);
    }

    /**
     * Passes if no unit of somebody else has the mount's name.
     *
     * @throws AlreadyExistsException if one has
     */
    void requireFree() {
        boolean foreign = standing()
                .map(Provenance::origin)
                .filter(Origin.Foreign.class::isInstance)
                .isPresent();
        if (foreign || fileState().equals("generated")) {
            throw new AlreadyExistsException(Failure.of(
                            "mount a pool at",
                            pool.toString(),
                            "somebody else's mount unit or fstab entry is for that place")
                    .remedy("Mount the pool by it, or take it away; it was not touched."));
        }
    }

    /**
     * Writes and enables the unit. One that somebody else made or edited stays as it is.
     *
     * @param what the image file or device
     */
    void persist(Path what, PoolCompression compression) {
        Optional<String> standing = standing();
        boolean ours = standing.map(Provenance::origin)
                .map(Origin.Ours.class::isInstance)
                .orElse(true);
        if (!ours || fileState().equals("generated")) {
            return;
        }
        String text = Provenance.stamp(
                MountUnit.btrfs(DESCRIPTION, what, pool, options(what, compression)), Map.of(FACT, what.toString()));
        if (standing.filter(text::equals).isEmpty()) {
            files.replaceAll(Map.of(unit, text.getBytes(StandardCharsets.UTF_8)));
        } else if (fileState().equals("enabled")) {
            return;
        }
        systemd.enableUnitFiles(List.of(name()), false, false);
        systemd.reload();
    }

    /**
     * Mounts it, and closes it to all but root.
     *
     * @throws JobFailedException if it cannot be mounted
     */
    void mount() {
        makeMountPoint();
        JobResult result = systemd.startUnit(name(), JobMode.REPLACE).await(MOUNT);
        if (result != JobResult.DONE) {
            throw explain(systemd.unit(name()), result);
        }
        restrict();
    }

    /** Lets nobody but root into the pool, as systemd's own tmpfiles.d does at each boot. */
    void restrict() {
        try {
            Files.setPosixFilePermissions(pool, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new HostFailureException(
                    Failure.of("close to others", pool.toString(), String.valueOf(e.getMessage())), e);
        }
    }

    /** Takes the unit away that {@link #persist} wrote. */
    void forget() {
        if (standing()
                .map(Provenance::origin)
                .filter(Origin.Ours.class::isInstance)
                .isEmpty()) {
            return;
        }
        try {
            systemd.disableUnitFiles(List.of(name()), false);
            files.delete(unit);
            systemd.reload();
            systemd.resetFailedUnit(name());
        } catch (NotFoundException e) {
            // PID 1 has forgotten the unit already, failure and all.
        }
    }

    private void makeMountPoint() {
        try {
            if (!Files.exists(pool)) {
                Files.createDirectory(
                        pool, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new HostFailureException(
                    Failure.of("make directory", pool.toString(), String.valueOf(e.getMessage())), e);
        }
    }

    private static List<String> options(Path what, PoolCompression compression) {
        List<String> options = new ArrayList<>();
        if (!what.startsWith("/dev")) {
            options.add("loop");
        }
        options.add("noatime");
        compression.mountOption().ifPresent(options::add);
        return options;
    }

    private Optional<String> standing() {
        return files.read(unit).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** How PID 1 finds the unit on disk; nothing if there is none. */
    private String fileState() {
        try {
            return systemd.unitFileState(name());
        } catch (NotFoundException e) {
            return "";
        }
    }

    private JobFailedException explain(UnitStatus status, JobResult result) {
        List<String> journal = status.invocationId().map(Journal::lastLines).orElse(List.of());
        UnitFailure details = new UnitFailure(
                name(),
                result.name().toLowerCase(Locale.ROOT),
                status.result(),
                status.execMainStatus().orElse(0),
                journal);
        String reason = "its job ended as " + details.jobResult() + ", the unit as " + details.serviceResult()
                + (journal.isEmpty() ? "" : ": " + String.join(" | ", journal));
        return new JobFailedException(Failure.of("mount", name(), reason).outcome(Outcome.NOT_APPLIED), details);
    }

    private String name() {
        return MountUnit.name(pool);
    }
}
