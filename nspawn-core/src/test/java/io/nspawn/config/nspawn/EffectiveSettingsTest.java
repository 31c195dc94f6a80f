package io.nspawn.config.nspawn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The unit's command line and a file, merged as {@code --settings=override} does. */
class EffectiveSettingsTest {
    private static final CapabilitySet NET_ADMIN = CapabilitySet.of("CAP_NET_ADMIN");

    private static EffectiveSettings effective(String file) {
        return EffectiveSettings.of(SettingsReader.forVersion(257).read(file), true);
    }

    @Test
    void anEmptyFileLeavesTheUnitAsItIs() {
        EffectiveSettings effective = effective("");

        assertThat(effective.settings().exec().startMode()).hasValue(StartMode.BOOT);
        assertThat(effective.settings().exec().privateUsers()).hasValue(UserNamespace.pick());
        assertThat(effective.settings().exec().ownership()).hasValue(Ownership.AUTO);
        assertThat(effective.settings().exec().linkJournal()).hasValue(LinkJournal.TRY_GUEST);
        assertThat(effective.settings().network().hasVeth()).isTrue();
        assertThat(effective.capabilitiesAdded()).isEqualTo(NET_ADMIN);
        assertThat(effective.capabilitiesDropped()).isEqualTo(CapabilitySet.NONE);
        assertThat(effective.describe())
                .containsExactly(
                        "start: the container's init",
                        "users: a free range of ids, ownership auto",
                        "network: its own, with a veth",
                        "capabilities added: CAP_NET_ADMIN");
    }

    @Test
    void anyNetworkKeyReplacesTheWholeNetwork() {
        assertThat(effective("[Network]\nPrivate=yes\n").settings().network().hasVeth())
                .isFalse();
        assertThat(effective("[Network]\nMACVLAN=eth0\n").describe())
                .contains("network: its own", "macvlan: eth0 as mv-eth0");
        assertThat(effective("[Network]\nPort=80\n").describe())
                .contains("network: its own, with a veth", "port: tcp:80:80");
    }

    @Test
    void theHostsNetworkTakesNetAdminAway() {
        EffectiveSettings effective = effective("[Network]\nPrivate=no\n");

        assertThat(effective.settings().network().isolates()).isFalse();
        assertThat(effective.capabilitiesAdded()).isEqualTo(CapabilitySet.NONE);
        assertThat(effective.capabilitiesDropped()).isEqualTo(NET_ADMIN);
        assertThat(effective("[Exec]\nCapability=CAP_NET_ADMIN\n[Network]\nPrivate=no\n")
                        .capabilitiesAdded())
                .isEqualTo(NET_ADMIN);
        assertThat(effective("[Exec]\nDropCapability=CAP_NET_ADMIN CAP_BPF\n").capabilitiesDropped())
                .isEqualTo(CapabilitySet.of("CAP_NET_ADMIN", "CAP_BPF"));
    }

    @Test
    void anOwnershipAloneTurnsUserNamespacesOff() {
        assertThat(effective("[Files]\nPrivateUsersOwnership=map\n").describe()).contains("users: the host's own ids");
    }

    @Test
    void parametersWithoutAStartModeAreIgnored() {
        EffectiveSettings ignored = effective("[Exec]\nParameters=/bin/app\n");
        assertThat(ignored.settings().exec().parameters()).isEmpty();
        assertThat(ignored.ignored()).extracting(Diagnostic::code).containsExactly(Code.PARAMETERS_WITHOUT_BOOT);

        assertThat(effective("[Exec]\nProcessTwo=yes\nParameters=/bin/app x\n").describe())
                .contains("start: /bin/app x below a small init");
    }

    @Test
    void aFileThatIsNotTrustedKeepsTheUnitsNetworkAndUsers() {
        SettingsReading reading = SettingsReader.forVersion(257).read("""
                        [Exec]
                        Hostname=h
                        PrivateUsers=no
                        LimitNOFILE=1
                        Capability=CAP_BPF
                        [Files]
                        Bind=/a
                        ReadOnly=yes
                        [Network]
                        Private=no
                        """);
        EffectiveSettings effective = EffectiveSettings.of(reading, false);

        assertThat(effective.settings().exec().hostname()).hasValue("h");
        assertThat(effective.settings().files().readOnly()).hasValue(true);
        assertThat(effective.settings().files().mounts()).isEmpty();
        assertThat(effective.settings().exec().limits()).isEmpty();
        assertThat(effective.settings().exec().privateUsers()).hasValue(UserNamespace.pick());
        assertThat(effective.settings().network().hasVeth()).isTrue();
        assertThat(effective.capabilitiesAdded()).isEqualTo(NET_ADMIN);
        assertThat(effective.ignored()).hasSize(5);
    }

    @Test
    void mountsAreSaidInWords() {
        assertThat(effective("""
                        [Files]
                        Bind=/a:/b:norbind
                        BindReadOnly=:/c
                        TemporaryFileSystem=/d
                        Overlay=/e:/f::/g
                        Inaccessible=/h
                        """).describe())
                .contains(
                        "mount: /a at /b, norbind",
                        "mount: a new directory at /c, read-only",
                        "mount: a tmpfs at /d, mode=0755",
                        "mount: /e and /f below a new directory at /g",
                        "mount: nothing to be seen at /h");
    }
}
