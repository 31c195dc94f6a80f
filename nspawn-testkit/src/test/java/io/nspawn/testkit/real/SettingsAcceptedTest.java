package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.config.nspawn.CapabilitySet;
import io.nspawn.config.nspawn.LimitRange;
import io.nspawn.config.nspawn.LinkJournal;
import io.nspawn.config.nspawn.Mount;
import io.nspawn.config.nspawn.NetworkMode;
import io.nspawn.config.nspawn.NspawnSettings;
import io.nspawn.config.nspawn.Ownership;
import io.nspawn.config.nspawn.Personality;
import io.nspawn.config.nspawn.PivotRoot;
import io.nspawn.config.nspawn.PublishedPort;
import io.nspawn.config.nspawn.ResolvConf;
import io.nspawn.config.nspawn.ResourceLimit;
import io.nspawn.config.nspawn.SettingsBuilder;
import io.nspawn.config.nspawn.SettingsWriter;
import io.nspawn.config.nspawn.Timezone;
import io.nspawn.config.nspawn.UserNamespace;
import io.nspawn.config.nspawn.Volatile;
import io.nspawn.model.SystemdVersion;
import io.nspawn.net.InterfaceName;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The real systemd-nspawn reads what the writer writes, and checks it as for a start, without a complaint. It is told to
 * start from a directory that is not there, which it notices only after both.
 */
@LabTest({"bookworm", "trixie"})
class SettingsAcceptedTest {
    private static final Path FILE = Path.of("/etc/systemd/nspawn/lt-settings.nspawn");
    private static final int PAIRS = 254;

    /** A macvlan on it has a name that is shortened. */
    private static final String LOWER = "lt-settings-low";

    /** Its name has what the file must escape. */
    private static final String ODD = "lt\\b'c";

    private static int version() {
        String words =
                Command.run("systemd-nspawn", "--version").lines().findFirst().orElse("");
        return SystemdVersion.parse(words.replace("systemd ", "")).major();
    }

    /** From 257 on, nspawn looks for the interfaces before it looks for the directory. */
    @BeforeAll
    static void makeInterfaces() {
        Command.run("ip", "link", "add", LOWER, "type", "veth", "peer", "name", ODD);
        // Where udev runs, nspawn also wants to see that it is done with them.
        Command.result("udevadm", "settle", "--timeout=120");
    }

    @AfterAll
    static void removeInterfaces() {
        Command.result("ip", "link", "delete", LOWER);
    }

    @BeforeEach
    void makeDirectory() throws IOException {
        Files.createDirectories(FILE.getParent());
    }

    @AfterEach
    void remove() throws IOException {
        Files.deleteIfExists(FILE);
    }

    private static String read(String content) throws IOException {
        Files.writeString(FILE, content);
        return start();
    }

    /** The words of the template unit, but the directory. */
    private static String start() {
        return Command.result(
                        "systemd-nspawn",
                        "--quiet",
                        "--keep-unit",
                        "--boot",
                        "--link-journal=try-guest",
                        "--network-veth",
                        "-U",
                        "--settings=override",
                        "--machine=lt-settings",
                        "--directory=/lt-is-not-there")
                .output();
    }

    private void accepted(SettingsBuilder builder) throws IOException {
        Files.deleteIfExists(FILE);
        String withoutFile = start();
        NspawnSettings settings = builder.build();
        String text = SettingsWriter.forVersion(version()).write(settings).text();

        assertThat(withoutFile).contains("/lt-is-not-there");
        assertThat(read(text)).as(text).isEqualTo(withoutFile);
    }

    private SettingsBuilder builder() {
        return SettingsBuilder.forVersion(version());
    }

    @Test
    void whatIsWrongIsSaidBeforeTheDirectoryIsMissed() throws IOException {
        assertThat(read("[Exec]\nBoot=perhaps\n")).contains(FILE + ":2:");
        assertThat(read("[Network]\nBridge=a\nZone=b\n")).contains("--network-zone=");
    }

    @Test
    void everyKeyOfExec() throws IOException {
        SettingsBuilder builder = builder()
                .runs(List.of("/bin/app", "", "two words", "it's \"fine\" \\"))
                .users(UserNamespace.fixed(655_360, 65_536), Ownership.MAP)
                .environment("MOTD", "it's \"fine\" \\o/ %i $HOME #;")
                .user("nobody")
                .workingDirectory("/srv/a b")
                .pivotRoot(new PivotRoot("/sys:root\\", Optional.of("/old:root")))
                .capabilities(CapabilitySet.of("CAP_NET_ADMIN", "CAP_BPF"), CapabilitySet.of("CAP_MKNOD"))
                .ambientCapabilities(CapabilitySet.of("CAP_BPF", "CAP_CHOWN"))
                .killSignal(37)
                .personality(Personality.NATIVE)
                .machineId("edbfea3309ba41ea83e2318c58a8d498")
                .systemCalls(List.of("keyctl", "@mount"), List.of("@clock"))
                .hostname("lt-settings.example")
                .oomScoreAdjust(-500)
                .cpus(List.of(0, 1, 2, 8191))
                .resolvConf(ResolvConf.REPLACE_STUB)
                .timezone(Timezone.SYMLINK)
                .linkJournal(LinkJournal.TRY_HOST)
                .ephemeral(true)
                .notifyReady(true)
                .noNewPrivileges(true)
                .suppressSync(true);
        Arrays.stream(ResourceLimit.values())
                .forEach(limit -> builder.limit(
                        limit, new LimitRange(7, limit == ResourceLimit.NICE ? 40 : LimitRange.INFINITY)));

        accepted(builder);
    }

    @Test
    void everyWayToStart() throws IOException {
        accepted(builder().boots(List.of("systemd.unit=rescue.target")));
        accepted(builder().runs(List.of("/bin/app")));
        accepted(builder().runsAsInit(List.of("/sbin/other-init", "--flag")));
    }

    @Test
    void everyKeyOfFiles() throws IOException {
        accepted(builder()
                .boots(List.of())
                .users(UserNamespace.pick(), Ownership.AUTO)
                .readOnly(true)
                .volatileMode(Volatile.OVERLAY)
                .mount(Mount.Bind.of("/srv/a:b \\c", "/srv/d "))
                .mount(new Mount.Bind(Optional.empty(), "/scratch", Optional.of("norbind,noidmap"), true))
                .mount(new Mount.TemporaryFileSystem("/tmp:x", "mode=1777,size=10%"))
                .mount(new Mount.Overlay(List.of("/l1", "+/l2"), Optional.empty(), "/o", false))
                .mount(new Mount.Overlay(List.of("/l1"), Optional.of("/u:p"), "/o2", true))
                .mount(new Mount.Inaccessible("/proc/kcore"))
                .bindUsers(List.of("root"), Optional.empty()));
    }

    @Test
    void everyNetwork() throws IOException {
        InterfaceName lower = InterfaceName.of(LOWER);
        InterfaceName name = InterfaceName.of("data0");
        NetworkMode.OwnBuilder own = NetworkMode.zone("twelve-bytes")
                .moves(InterfaceName.of(ODD))
                .macvlan(InterfaceName.of(ODD))
                .macvlan(lower)
                .ipvlan(lower)
                .extraVeth(InterfaceName.of("host\\x"), name)
                .publish(PublishedPort.tcp(80, 8080))
                .publish(PublishedPort.udp(80, 53));
        if (version() >= PAIRS) {
            own.moves(lower, name).macvlan(lower, InterfaceName.of("c\\d")).ipvlan(lower, name);
        }

        accepted(builder().network(own.build()));
        accepted(builder().network(NetworkMode.host()));
        accepted(builder().network(NetworkMode.isolated().build()));
        accepted(builder().network(NetworkMode.bridge(InterfaceName.of("br-lt")).build()));
    }
}
