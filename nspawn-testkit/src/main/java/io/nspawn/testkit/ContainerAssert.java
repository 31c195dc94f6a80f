package io.nspawn.testkit;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.NotFoundException;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.NspawnNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.AbstractAssert;

/** Assertions on a container of a host; see {@link NspawnAssertions}. */
public final class ContainerAssert extends AbstractAssert<ContainerAssert, Container> {
    private final Host host;

    ContainerAssert(Host host, Container container) {
        super(container, ContainerAssert.class);
        this.host = host;
    }

    /** Goes on with the host. */
    public HostAssert and() {
        return new HostAssert(host);
    }

    public ContainerAssert exists() {
        return isNot(ContainerState.ABSENT);
    }

    public ContainerAssert doesNotExist() {
        return is(EnumSet.of(ContainerState.ABSENT), "absent");
    }

    /** That its init has said that it is up. */
    public ContainerAssert isReady() {
        return is(EnumSet.of(ContainerState.READY), "ready");
    }

    /** That it starts or is up. */
    public ContainerAssert isRunning() {
        return is(EnumSet.of(ContainerState.STARTING, ContainerState.READY), "running");
    }

    /** That it is there and does not run; one that failed is not stopped. */
    public ContainerAssert isStopped() {
        return is(EnumSet.of(ContainerState.STOPPED), "stopped");
    }

    /** That its last run ended badly. */
    public ContainerAssert hasFailed() {
        return is(EnumSet.of(ContainerState.FAILED), "failed");
    }

    /** That it starts with the host. */
    public ContainerAssert isEnabled() {
        if (!actual.isEnabled()) {
            fail("is not enabled");
        }
        return this;
    }

    public ContainerAssert isDisabled() {
        if (actual.isEnabled()) {
            fail("is enabled");
        }
        return this;
    }

    /**
     * That it has an address now.
     *
     * @param address with its prefix length or without, as {@code 172.29.236.11/22} or {@code fd00:5::11}
     */
    public ContainerAssert hasAddress(String address) {
        ContainerStatus status = actual.status();
        boolean there = status.interfaces().stream()
                .flatMap(i -> i.addresses().stream())
                .anyMatch(a ->
                        a.toString().equals(address) || a.address().toString().equals(address));
        if (!there) {
            fail("does not have the address " + address + ", but " + status.addresses());
        }
        return this;
    }

    /** That it has an interface: by its name inside, or by that of the host's which its macvlan stands on. */
    public ContainerAssert hasNic(String name) {
        List<InterfaceName> there = actual.status().interfaces().stream()
                .map(ContainerStatus.Interface::name)
                .toList();
        InterfaceName wanted = InterfaceName.of(name);
        if (!there.contains(wanted) && !there.contains(NspawnNames.HASHED.macvlan(wanted))) {
            fail("has no interface " + name + ", but " + there);
        }
        return this;
    }

    /**
     * That a file inside has a text in it. On a {@link FakeHost} it need not run, else it has to.
     *
     * @param path absolute
     */
    public ContainerAssert hasFileContaining(String path, String text) {
        Optional<String> content = content(path);
        if (content.isEmpty()) {
            fail("has no file " + path + ", or none that can be read");
        } else if (!content.get().contains(text)) {
            fail("has in " + path + " no \"" + text + "\" but:\n" + content.get());
        }
        return this;
    }

    /** That there is no such file inside, or none that can be read. */
    public ContainerAssert hasNoFile(String path) {
        if (content(path).isPresent()) {
            fail("has a file " + path);
        }
        return this;
    }

    /** That the host's journal of its unit has a line with a text in it. */
    public ContainerAssert hasJournalContaining(String text) {
        List<String> lines = actual.unitJournal(JournalQuery.LATEST).stream()
                .map(entry -> entry.message())
                .toList();
        if (lines.stream().noneMatch(line -> line.contains(text))) {
            fail("has nothing with \"" + text + "\" in its journal, but:\n" + String.join("\n", lines));
        }
        return this;
    }

    /** That it runs a command and that ends well. */
    public ContainerAssert succeedsIn(String... command) {
        var result = actual.exec(command);
        if (!result.ok()) {
            fail("ended " + String.join(" ", command) + " with " + result);
        }
        return this;
    }

    private Optional<String> content(String path) {
        if (host instanceof FakeHost fake) {
            return fake.readInRoot(actual.name().value(), path);
        }
        try (InputStream in = actual.read(path)) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (NotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + path + " failed", e);
        }
    }

    private ContainerAssert isNot(ContainerState state) {
        if (actual.status().state() == state) {
            fail("is " + state);
        }
        return this;
    }

    private ContainerAssert is(Set<ContainerState> wanted, String word) {
        ContainerState state = actual.status().state();
        if (!wanted.contains(state)) {
            fail("is not " + word + " but " + state);
        }
        return this;
    }

    private void fail(String what) {
        failWithMessage("%s", "container " + actual.name() + " " + what + "\n\n" + HostReport.of(host));
    }
}
