package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.model.Failure;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import io.nspawn.testkit.Faults.Call;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fake throws for an errno what the code that speaks to the real host makes of the same errno there. */
class HostErrorsTest {
    /** What a caller can tell errors apart by; the words are the kernel's or PID 1's. */
    private record Seen(String type, Optional<String> errorName, Optional<String> remedy, Outcome outcome) {
        static Seen of(NspawnException e) {
            return new Seen(e.getClass().getSimpleName(), e.errorName(), e.remedy(), e.outcome());
        }
    }

    private static Seen fake(Errno errno, Operation operation) {
        return Seen.of(HostErrors.of(errno, new Call(operation, "web")));
    }

    @ParameterizedTest
    @EnumSource
    void onTheBus(Errno errno) {
        Object real = call(
                method("io.nspawn.dbus.BusErrors", "translate"),
                Failure.of("start", "web", ""),
                "System.Error." + errno,
                errno.text());

        assertThat(fake(errno, Operation.START)).isEqualTo(Seen.of((NspawnException) real));
    }

    @ParameterizedTest
    @EnumSource
    void inThePool(Errno errno) {
        for (Operation operation : List.of(Operation.CLONE, Operation.SYNC, Operation.REMOVE)) {
            String ioctl = switch (operation) {
                case CLONE -> "SNAP_CREATE_V2";
                case SYNC -> "SYNC";
                default -> "SNAP_DESTROY_V2";
            };
            Object act = constant("io.nspawn.btrfs.Ioctl", ioctl);
            Object cause = call(method("io.nspawn.btrfs.Failure", "exception"), act, "web", number(errno));
            Object real = call(method("io.nspawn.local.BtrfsImageStore", "translate"), "act on", "web", cause);

            Seen fake = fake(errno, operation);
            Seen expected = Seen.of((NspawnException) real);
            boolean namesAVersion = EnumSet.of(Errno.EOPNOTSUPP, Errno.ENOSYS).contains(errno);
            assertThat(fake.type()).as(operation.name()).isEqualTo(expected.type());
            assertThat(fake.errorName()).isEqualTo(expected.errorName());
            assertThat(fake.outcome()).as(operation.name()).isEqualTo(expected.outcome());
            assertThat(namesAVersion ? fake.remedy().isPresent() : fake.remedy())
                    .as(operation.name())
                    .isEqualTo(namesAVersion ? expected.remedy().isPresent() : expected.remedy());
        }
    }

    @ParameterizedTest
    @EnumSource
    void insideARoot(Errno errno) {
        Object real = call(method("io.nspawn.local.Native", "failure"), number(errno), "write", "etc/hostname");

        assertThat(fake(errno, Operation.WRITE_IN_ROOT)).isEqualTo(Seen.of((NspawnException) real));
        assertThat(fake(errno, Operation.LOCK)).isEqualTo(Seen.of((NspawnException) real));
    }

    @ParameterizedTest
    @EnumSource
    void ofFilesOfTheHost(Errno errno) {
        // The JDK knows one of them by type (sun.nio.fs.UnixException).
        IOException cause = errno == Errno.EACCES
                ? new AccessDeniedException("/etc/file")
                : new FileSystemException("/etc/file", null, errno.text());
        Object real = call(method("io.nspawn.local.LocalFiles", "failure"), "write", Path.of("/etc/file"), cause);

        assertThat(fake(errno, Operation.WRITE_FILES)).isEqualTo(Seen.of((NspawnException) real));
    }

    @ParameterizedTest
    @EnumSource
    void onNetlink(Errno errno) {
        Class<?> type = type("io.nspawn.net.NetlinkException$Failure");
        Object failure = construct(
                type,
                "create",
                "br-new",
                number(errno),
                "",
                -1,
                constant("io.nspawn.net.Outcome", "NOT_APPLIED"),
                null);
        Object cause = call(method("io.nspawn.net.NetlinkException", "of"), failure);
        Object real = call(method("io.nspawn.local.NetlinkNetwork", "translate"), "create", "br-new", cause);

        assertThat(fake(errno, Operation.CREATE_BRIDGE)).isEqualTo(Seen.of((NspawnException) real));
    }

    private static int number(Errno errno) {
        return jnr.constants.platform.Errno.valueOf(errno.name()).intValue();
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Method method(String type, String name) {
        Method found = Stream.of(type(type).getDeclaredMethods())
                .filter(m -> m.getName().equals(name) && !m.isSynthetic())
                .findFirst()
                .orElseThrow(() -> new AssertionError(type + " has no " + name));
        found.setAccessible(true);
        return found;
    }

    private static Object constant(String type, String name) {
        return Arrays.stream(type(type).getEnumConstants())
                .filter(c -> ((Enum<?>) c).name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(type + " has no " + name));
    }

    private static Object construct(Class<?> type, @Nullable Object... arguments) {
        try {
            var constructor = type.getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + " cannot be made so", e);
        }
    }

    private static Object call(Method method, Object... arguments) {
        try {
            return method.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
