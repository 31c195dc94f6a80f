package io.nspawn.dbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.model.Failure;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BusErrorsTest {

    @ParameterizedTest
    @CsvSource({
        "System.Error.EBUSY, BusyException, NOT_APPLIED",
        "System.Error.EEXIST, AlreadyExistsException, NOT_APPLIED",
        "System.Error.ENOENT, NotFoundException, NOT_APPLIED",
        "System.Error.ENOSPC, NoSpaceException, NOT_APPLIED",
        "System.Error.EDQUOT, NoSpaceException, NOT_APPLIED",
        "System.Error.EROFS, PermissionDeniedException, NOT_APPLIED",
        "System.Error.EOPNOTSUPP, UnsupportedException, NOT_APPLIED",
        "System.Error.ETIMEDOUT, DeadlineExceededException, UNKNOWN",
        "System.Error.EIO, HostFailureException, NOT_APPLIED",
        "org.freedesktop.DBus.Error.AccessDenied, PermissionDeniedException, NOT_APPLIED",
        "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired, PermissionDeniedException, NOT_APPLIED",
        "org.freedesktop.DBus.Error.ServiceUnknown, UnsupportedException, NOT_APPLIED",
        "org.freedesktop.DBus.Error.UnknownMethod, UnsupportedException, NOT_APPLIED",
        "org.freedesktop.DBus.Error.UnknownObject, NotFoundException, NOT_APPLIED",
        "org.freedesktop.DBus.Error.NoReply, ConnectionLostException, UNKNOWN",
        "org.freedesktop.DBus.Error.LimitsExceeded, BusyException, NOT_APPLIED",
        "org.freedesktop.DBus.Error.Failed, HostFailureException, NOT_APPLIED",
        "org.freedesktop.machine1.NoSuchMachine, NotFoundException, NOT_APPLIED",
        "org.freedesktop.machine1.NoSuchImage, NotFoundException, NOT_APPLIED",
        "org.freedesktop.machine1.MachineExists, AlreadyExistsException, NOT_APPLIED",
        "org.freedesktop.machine1.NoPrivateNetworking, UnsupportedException, NOT_APPLIED",
        "org.freedesktop.systemd1.NoSuchUnit, NotFoundException, NOT_APPLIED",
        "org.freedesktop.systemd1.UnitExists, AlreadyExistsException, NOT_APPLIED",
        "org.freedesktop.systemd1.UnitMasked, HostFailureException, NOT_APPLIED",
        "org.freedesktop.systemd1.TransactionIsDestructive, BusyException, NOT_APPLIED",
        "org.freedesktop.import1.TransferInProgress, BusyException, NOT_APPLIED",
        "org.freedesktop.import1.NoSuchTransfer, NotFoundException, NOT_APPLIED",
        "org.example.Never.Heard.Of, HostFailureException, NOT_APPLIED",
    })
    void everyFamilyHasItsTypes(String name, String type, Outcome outcome) {
        NspawnException failure = BusErrors.translate(Failure.of("CloneImage", "base", ""), name, "because");

        assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
        assertThat(failure.outcome()).isEqualTo(outcome);
        assertThat(failure.errorName()).contains(name);
        assertThat(failure).hasMessageStartingWith("CloneImage base: because (" + name + ")");
    }

    @ParameterizedTest
    @CsvSource({
        "org.freedesktop.DBus.Error.AccessDenied, root",
        "org.freedesktop.DBus.Error.ServiceUnknown, systemd-container",
        "org.freedesktop.systemd1.UnitMasked, unmask",
        "org.freedesktop.machine1.NoSuchMachine, Start it",
        "System.Error.ENOSPC, pool",
        "org.freedesktop.DBus.Error.NoReply, Look at the host",
    })
    void whatHasARemedyTellsIt(String name, String word) {
        assertThat(BusErrors.translate(Failure.of("m", "s", ""), name, "t").remedy())
                .hasValueSatisfying(remedy -> assertThat(remedy).contains(word));
    }
}
