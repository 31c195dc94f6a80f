package io.nspawn.testkit;

import io.nspawn.Host;
import io.nspawn.deploy.Plan;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.MachineName;
import io.nspawn.model.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractAssert;

/** Assertions on a host; see {@link NspawnAssertions}. */
public final class HostAssert extends AbstractAssert<HostAssert, Host> {
    HostAssert(Host host) {
        super(host, HostAssert.class);
    }

    /** Goes on with one container, whether it is there or not, by the name that its spec has. */
    public ContainerAssert container(String name) {
        isNotNull();
        return new ContainerAssert(actual, actual.container(name));
    }

    /** That this library made these containers on it, and no others. */
    public HostAssert hasContainers(String... names) {
        isNotNull();
        Set<String> wanted = Stream.of(names)
                .map(name -> MachineName.mapped(name).value())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> there =
                actual.containers().stream().map(c -> c.name().value()).collect(Collectors.toCollection(TreeSet::new));
        if (!there.equals(wanted)) {
            fail("it has the containers " + there + ", not " + wanted);
        }
        return this;
    }

    /** That there is a sealed image of that name. */
    public HostAssert hasImage(String name) {
        isNotNull();
        if (images().noneMatch(name::equals)) {
            fail("it has no image " + name + ", but " + images().toList());
        }
        return this;
    }

    public HostAssert doesNotHaveImage(String name) {
        isNotNull();
        if (images().anyMatch(name::equals)) {
            fail("it has an image " + name);
        }
        return this;
    }

    /** That a deploy of these specs would change nothing: it matches them already. */
    public HostAssert matches(ContainerSpec... specs) {
        isNotNull();
        Plan plan = actual.plan(List.of(specs));
        if (!plan.changesNothing()) {
            fail("it does not match; a deploy would do\n" + plan);
        }
        return this;
    }

    /** That no run left anything unfinished: no hidden root, no files of a container that has no root. */
    public HostAssert hasNoLeftovers() {
        isNotNull();
        List<String> leftovers = new ArrayList<>();
        actual.plan(List.of()).steps().stream()
                .filter(step -> !step.isUnchanged())
                .forEach(step -> leftovers.add(step.step().summary()));
        actual.containers().stream()
                .filter(c -> c.status().state() == ContainerState.ABSENT)
                .forEach(c -> leftovers.add("files of " + c.name() + ", which has no root"));
        if (!leftovers.isEmpty()) {
            fail("it has leftovers: " + leftovers);
        }
        return this;
    }

    /** That so much of the pool is free at least. */
    public HostAssert hasFreeSpace(Size atLeast) {
        isNotNull();
        long free = actual.images().space().free();
        if (free < atLeast.bytes()) {
            fail("the pool has " + Size.ofBytes(free) + " free, not " + atLeast);
        }
        return this;
    }

    /** That no more than so much of the pool is used. */
    public HostAssert usesAtMost(Size most) {
        isNotNull();
        long used = actual.images().space().used();
        if (used > most.bytes()) {
            fail("the pool has " + Size.ofBytes(used) + " in use, more than " + most);
        }
        return this;
    }

    private Stream<String> images() {
        return actual.images().list().stream().map(image -> image.name().value());
    }

    private void fail(String what) {
        failWithMessage("%s", what + "\n\n" + HostReport.of(actual));
    }
}
