package io.nspawn.dbus;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.ConnectionLostException;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import io.nspawn.model.PermissionDeniedException;
import io.nspawn.model.UnsupportedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What each D-Bus error name means to a caller. Names: the D-Bus specification, sd-bus-errors(3), and systemd's
 * org.freedesktop.machine1(5), org.freedesktop.systemd1(5) and org.freedesktop.import1(5).
 */
final class BusErrors {

    private static final String ERRNO = "System.Error.";
    private static final String DBUS = "org.freedesktop.DBus.Error.";
    private static final String MACHINE = "org.freedesktop.machine1.";
    private static final String UNIT = "org.freedesktop.systemd1.";
    private static final String IMPORT = "org.freedesktop.import1.";

    private static final String AS_ROOT = "Run as root, or let polkit grant the action to this user";
    private static final String NO_SERVICE = "Install systemd-container, and boot this host with systemd";
    private static final String WAIT = "Wait for the operation that is under way, then try again";
    private static final String FREE = "Remove images that are not needed, or grow the pool";
    private static final String NEWER = "This host's systemd is too old, or built without it";
    private static final String LOOK = "Look at the host before repeating the call";

    private static final Map<String, Meaning> MEANINGS = meanings();
    private static final Meaning OTHER = new Meaning(HostFailureException::new, Optional.empty(), Outcome.NOT_APPLIED);

    private BusErrors() {}

    /**
     * The exception for an error reply.
     *
     * @param call what was tried
     * @param name the error's name
     * @param text its explanation
     */
    static NspawnException translate(Failure call, String name, String text) {
        Meaning meaning = MEANINGS.getOrDefault(name, OTHER);
        Failure failure =
                new Failure(call.operation(), call.subject(), text, Optional.of(name), meaning.remedy, meaning.outcome);
        return meaning.exception.apply(failure);
    }

    /** Whether an object says that it does not have the property that it was asked for. */
    static boolean isUnknownProperty(String name) {
        return name.equals(DBUS + "UnknownProperty");
    }

    private static Map<String, Meaning> meanings() {
        Map<String, Meaning> all = new HashMap<>();
        bus(all);
        errno(all);
        machined(all);
        pid1(all);
        importd(all);
        return Map.copyOf(all);
    }

    private static void bus(Map<String, Meaning> all) {
        add(
                all,
                DBUS,
                PermissionDeniedException::new,
                AS_ROOT,
                "AccessDenied",
                "AuthFailed",
                "InteractiveAuthorizationRequired");
        add(
                all,
                DBUS,
                UnsupportedException::new,
                NO_SERVICE,
                "ServiceUnknown",
                "NameHasNoOwner",
                "Spawn.ServiceNotFound",
                "Spawn.ServiceNotValid");
        add(
                all,
                DBUS,
                UnsupportedException::new,
                NEWER,
                "UnknownMethod",
                "UnknownInterface",
                "UnknownProperty",
                "NotSupported");
        add(all, DBUS, NotFoundException::new, "", "UnknownObject", "FileNotFound", "UnixProcessIdUnknown");
        add(all, DBUS, AlreadyExistsException::new, "", "FileExists");
        add(all, DBUS, BusyException::new, WAIT, "LimitsExceeded", "ObjectPathInUse", "AddressInUse");
        unknown(all, DBUS, ConnectionLostException::new, "NoReply", "Disconnected");
        unknown(all, DBUS, DeadlineExceededException::new, "Timeout", "TimedOut");
    }

    private static void errno(Map<String, Meaning> all) {
        add(all, ERRNO, NotFoundException::new, "", "ENOENT", "ESRCH", "ENXIO", "ENODEV");
        add(all, ERRNO, AlreadyExistsException::new, "", "EEXIST", "ENOTEMPTY");
        add(all, ERRNO, BusyException::new, "Stop what uses it, or wait for it", "EBUSY", "ETXTBSY");
        add(all, ERRNO, BusyException::new, WAIT, "EAGAIN", "EDEADLK", "EINPROGRESS", "EALREADY");
        add(all, ERRNO, PermissionDeniedException::new, AS_ROOT, "EACCES", "EPERM");
        add(all, ERRNO, PermissionDeniedException::new, "It is read-only, or belongs to the vendor", "EROFS");
        add(all, ERRNO, NoSpaceException::new, FREE, "ENOSPC", "EDQUOT");
        add(
                all,
                ERRNO,
                UnsupportedException::new,
                NEWER,
                "EOPNOTSUPP",
                "ENOTSUP",
                "ENOSYS",
                "ENOTTY",
                "EPROTONOSUPPORT");
        unknown(all, ERRNO, DeadlineExceededException::new, "ETIMEDOUT", "ETIME");
        unknown(all, ERRNO, ConnectionLostException::new, "ECONNRESET", "ENOTCONN", "EPIPE", "ECONNABORTED");
    }

    private static void machined(Map<String, Meaning> all) {
        add(
                all,
                MACHINE,
                NotFoundException::new,
                "",
                "NoSuchImage",
                "NoMachineForPID",
                "NoSuchUserMapping",
                "NoSuchGroupMapping");
        add(all, MACHINE, NotFoundException::new, "Start it first", "NoSuchMachine");
        add(all, MACHINE, AlreadyExistsException::new, "", "MachineExists");
        add(all, MACHINE, UnsupportedException::new, "Give the container a network of its own", "NoPrivateNetworking");
    }

    private static void pid1(Map<String, Meaning> all) {
        add(
                all,
                UNIT,
                NotFoundException::new,
                "",
                "NoSuchUnit",
                "NoUnitForPID",
                "NoUnitForInvocationID",
                "NoSuchJob",
                "NoSuchDynamicUser");
        add(all, UNIT, AlreadyExistsException::new, "", "UnitExists");
        add(
                all,
                UNIT,
                BusyException::new,
                WAIT,
                "TransactionJobsConflicting",
                "TransactionIsDestructive",
                "UnitBusy",
                "ShuttingDown",
                "FreezeCancelled");
        add(all, UNIT, NoSpaceException::new, "Free space below /run", "DiskFull");
        add(all, UNIT, HostFailureException::new, "Unmask it: systemctl unmask", "UnitMasked");
        add(
                all,
                UNIT,
                HostFailureException::new,
                "Check the unit file: systemd-analyze verify",
                "LoadFailed",
                "BadUnitSetting");
        add(
                all,
                UNIT,
                HostFailureException::new,
                "Break the cycle among the units it names",
                "TransactionOrderIsCyclic");
        add(all, UNIT, UnsupportedException::new, "", "JobTypeNotApplicable", "NoIsolation", "OnlyByDependency");
    }

    private static void importd(Map<String, Meaning> all) {
        add(all, IMPORT, NotFoundException::new, "", "NoSuchTransfer");
        add(all, IMPORT, BusyException::new, WAIT, "TransferInProgress");
    }

    private static void add(
            Map<String, Meaning> all,
            String family,
            Function<Failure, NspawnException> exception,
            String remedy,
            String... names) {
        Optional<String> told = Optional.of(remedy).filter(text -> !text.isEmpty());
        for (String name : names) {
            all.put(family + name, new Meaning(exception, told, Outcome.NOT_APPLIED));
        }
    }

    private static void unknown(
            Map<String, Meaning> all, String family, Function<Failure, NspawnException> exception, String... names) {
        for (String name : names) {
            all.put(family + name, new Meaning(exception, Optional.of(LOOK), Outcome.UNKNOWN));
        }
    }

    private record Meaning(Function<Failure, NspawnException> exception, Optional<String> remedy, Outcome outcome) {}
}
