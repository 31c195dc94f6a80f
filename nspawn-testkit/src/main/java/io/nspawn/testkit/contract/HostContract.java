package io.nspawn.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.Image;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.Finding;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.Limits;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import io.nspawn.model.Size;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What every {@link Host} keeps to. All that is made has a name that begins with {@code ct-}, and goes after each test. */
public abstract class HostContract {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String ONE = "ct_one";
    private static final String TWO = "ct-two";

    /** For those who say which host it is. */
    protected HostContract() {}

    /** The host that is tested, the same one at each call of a test; whoever gives it closes it. */
    protected abstract Host host();

    /** A sealed image of that host with systemd in it. */
    protected abstract String image();

    @BeforeEach
    @AfterEach
    void clear() {
        host().removeAll(List.of(MachineName.mapped(ONE), MachineName.mapped(TWO)), progress -> {});
    }

    private ContainerSpec.Builder application(String name) {
        return ContainerSpec.named(name).image(image()).runs("/bin/sleep", "infinity");
    }

    private List<ContainerSpec> both() {
        return List.of(
                application(ONE).build(),
                application(TWO).limits(l -> l.tasks(100)).build());
    }

    private static void refused(Class<? extends NspawnException> type, Executable call) {
        NspawnException e = assertThrowsExactly(type, call);
        assertEquals(Outcome.NOT_APPLIED, e.outcome(), e::toString);
    }

    @Test
    void whatIsDeployedRunsAndASecondDeployChangesNothing() {
        List<String> phases = new ArrayList<>();

        host().deployAll(both(), progress -> phases.add(progress.phase()));

        assertTrue(phases.containsAll(List.of("clone", "publish", "start")), phases::toString);
        for (ContainerStatus status : host().statuses(names())) {
            assertEquals(ContainerState.READY, status.state());
            assertTrue(status.leader().isPresent());
        }
        assertTrue(
                host().plan(both()).changesNothing(), () -> host().plan(both()).toString());
        assertEquals(0, host().deployAll(both(), progress -> {}).changed());
        assertTrue(host().containers().stream().map(Container::name).toList().containsAll(names()));
        assertTrue(one().isEnabled());
        assertEquals(OptionalLong.of(100), host().container(TWO).limits().tasks());
    }

    private static List<MachineName> names() {
        return List.of(MachineName.mapped(ONE), MachineName.mapped(TWO));
    }

    private Container one() {
        return host().container(ONE);
    }

    @Test
    void aPlanTouchesNothing() {
        assertFalse(host().plan(both()).changesNothing());
        assertEquals(ContainerState.ABSENT, one().status().state());
        assertTrue(host().images().find("ct-one").isEmpty());
    }

    @Test
    void everyFindingIsToldAtOnceAndNothingIsTouched() {
        List<ContainerSpec> bad = List.of(
                application(ONE).image("ct-none").build(),
                application(TWO)
                        .macvlan("ct-none0", nic -> {})
                        .bind("/ct/none", "/mnt")
                        .build(),
                application(TWO).build());

        InvalidSpecException e = assertThrowsExactly(InvalidSpecException.class, () -> host().deployAll(bad, p -> {}));

        String problems = e.findings().stream().map(Finding::problem).collect(Collectors.joining("; "));
        for (String expected : List.of("ct-none is not in the pool", "ct-none0", "/ct/none", "twice")) {
            assertTrue(problems.contains(expected), problems);
        }
        assertEquals(Outcome.NOT_APPLIED, e.outcome());
        assertTrue(host().images().find("ct-two").isEmpty());
    }

    @Test
    void aChangeIsPlannedAndMade() {
        host().deployAll(both(), progress -> {});
        ContainerSpec changed = application(TWO).limits(l -> l.tasks(200)).build();

        assertFalse(host().plan(changed).changesNothing());
        host().deploy(changed);

        assertTrue(host().plan(changed).changesNothing());
        assertEquals(OptionalLong.of(200), host().container(TWO).limits().tasks());
    }

    @Test
    void itIsStoppedStartedAndRemoved() {
        host().deploy(both().get(0));
        one().stop();
        assertEquals(ContainerState.STOPPED, one().status().state());
        one().awaitStopped(LONG);
        one().start();
        assertEquals(ContainerState.READY, one().awaitReady(LONG).state());
        one().terminate();
        assertEquals(ContainerState.STOPPED, one().status().state());
        assertFalse(host().deployAll(List.of(both().get(0)), p -> {}).changed() == 0);
        one().remove();
        assertEquals(ContainerState.ABSENT, one().status().state());
        assertEquals(0, host().removeAll(names(), p -> {}).changed());
    }

    @Test
    void whatIsSetWhileItRunsDoesNotOutliveIt() {
        host().deploy(both().get(0));
        assertEquals(OptionalLong.of(50), one().limit(Limits.NONE.tasks(50)).tasks());
        assertTrue(
                host().plan(both().get(0)).changesNothing(),
                () -> host().plan(both().get(0)).toString());
        one().remove();
        host().deploy(both().get(1));
        host().deploy(both().get(0));
        assertFalse(one().limits().tasks().equals(OptionalLong.of(50)));
    }

    @Test
    void whatIsSetWhileItRunsOutlivesAReloadAndYieldsToOtherLimitsOfItsSpec() {
        ContainerSpec other =
                application(TWO).limits(l -> l.tasks(200).memory("64M")).build();
        host().deployAll(both(), progress -> {});
        host().container(TWO).limit(Limits.NONE.tasks(50));
        host().container(TWO).limit(Limits.NONE.memory("32M"));
        ContainerSpec elsewhere = application(ONE).limits(l -> l.tasks(300)).build();

        host().deployAll(List.of(elsewhere, both().get(1)), progress -> {});
        assertEquals(OptionalLong.of(50), host().container(TWO).limits().tasks());

        host().deploy(other);
        Limits limits = host().container(TWO).limits();
        assertEquals(OptionalLong.of(200), limits.tasks());
        assertEquals(Optional.of(Size.parse("64M")), limits.memory());
        host().container(TWO).stop();
        host().deploy(application(TWO).limits(l -> l.tasks(70)).build());
        assertEquals(OptionalLong.of(70), host().container(TWO).limits().tasks());
    }

    @Test
    void oneThatIsNotThereIsAbsent() {
        assertEquals(ContainerState.ABSENT, one().status().state());
        assertTrue(one().metrics().isEmpty());
        assertFalse(one().isEnabled());
        refused(NotFoundException.class, () -> one().exec("true"));
        refused(NotFoundException.class, () -> one().awaitReady(LONG));
        refused(NotFoundException.class, () -> one().processes());
        refused(NotFoundException.class, () -> one().limits());
        one().stop();
    }

    @Test
    void whatThisLibraryDidNotMakeIsLeftAlone() {
        refused(
                InvalidSpecException.class,
                () -> host().deploy(ContainerSpec.named(image()).image(image()).build()));
        refused(
                InvalidSpecException.class,
                () -> host().removeAll(List.of(MachineName.mapped(image())), progress -> {}));
        assertTrue(host().images().find(image()).isPresent());
    }

    @Test
    void imagesAreListedAndRefusals() {
        assertTrue(host().images().list().stream()
                .map(Image::name)
                .anyMatch(name -> name.value().equals(image())));
        host().deploy(both().get(0));
        assertTrue(
                host().images().list().stream().noneMatch(i -> i.name().value().equals("ct-one")));
        refused(BusyException.class, () -> host().images().remove("ct-one"));
        refused(AlreadyExistsException.class, () -> host().images().rename("ct-one", image()));
        refused(NotFoundException.class, () -> host().images().remove("ct-none"));
        Assertions.assertTrue(host().images().space().free() > 0);
    }
}
