package io.nspawn.config.nspawn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLintTest {
    private static List<Diagnostic> lint(int version, String file) {
        return SettingsLint.of(SettingsReader.forVersion(version).read(file));
    }

    /** A file with {@code |} for its line ends, the line of the finding, and its code; in systemd 257. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[Network]|Private=yes; 2; NETWORK_REPLACES_TEMPLATE",
                "[Network]|# c|MACVLAN=eth0; 3; NETWORK_REPLACES_TEMPLATE",
                "[Network]|Private=no|VirtualEthernet=no; 2; HOST_NETWORK_LOSES_CAPABILITY",
                "[Network]|VirtualEthernet=no; 2; HOST_NETWORK_LOSES_CAPABILITY",
                "[Network]|VirtualEthernet=yes|Private=no|MACVLAN=a; 3; PRIVATE_OVERRIDDEN",
                "[Network]|Bridge=br0|VirtualEthernet=no; 3; VETH_OVERRIDDEN",
                "[Network]|Bridge=br0|Zone=z; 3; BRIDGE_AND_ZONE",
                "[Network]|VirtualEthernet=no|Private=no|Port=80; 4; PORT_WITHOUT_PRIVATE_NETWORK",
                "[Network]|Zone=; 2; ZONE_WITHOUT_NAME",
                "[Network]|VirtualEthernet=no|MACVLAN=br-storage-net; 3; INTERFACE_NAME_SHORTENED",
                "[Network]|VirtualEthernet=no|MACVLAN=a|MACVLAN=; 4; EMPTY_DOES_NOT_RESET",
                "[Files]|PrivateUsersOwnership=map; 2; OWNERSHIP_WITHOUT_PRIVATE_USERS",
                "[Files]|PrivateUsersChown=yes; 2; OWNERSHIP_WITHOUT_PRIVATE_USERS",
                "[Exec]|PrivateUsers=pick; 2; PRIVATE_USERS_WITHOUT_OWNERSHIP",
                "[Exec]|PrivateUsers=pick|[Files]|ReadOnly=yes|PrivateUsersOwnership=chown; 5; CHOWN_OF_READ_ONLY",
                "[Exec]|Parameters=a; 2; PARAMETERS_WITHOUT_BOOT",
                "[Exec]|AmbientCapability=all; 2; AMBIENT_REFUSED",
                "[Exec]|Boot=yes|AmbientCapability=CAP_CHOWN; 3; AMBIENT_REFUSED",
                "[Exec]|Boot=no|AmbientCapability=CAP_BPF; 3; AMBIENT_REFUSED",
                "[Exec]|PrivateUsers=pick|[Files]|PrivateUsersOwnership=off|Bind=/a:/./; 5; ROOT_MOUNT_WITH_PRIVATE_USERS",
                "[Exec]|PrivateUsers=1:1|[Files]|PrivateUsersOwnership=map|Overlay=/a:/b:/; 5; ROOT_MOUNT_WITH_PRIVATE_USERS",
                "[Exec]|DropCapability=CAP_CHOWN|AmbientCapability=CAP_CHOWN; 3; AMBIENT_REFUSED",
                "[Exec]|Ephemeral=yes|LinkJournal=host; 3; EPHEMERAL_WITH_JOURNAL",
                "[Exec]|User=a|User=b; 3; ASSIGNED_AGAIN",
                "[Exec]|Capability=CAP_BPF|Capability=; 3; EMPTY_DOES_NOT_RESET",
                "[Exec]|Boot=yes|Parameters=a \\|[Files]; 4; LINE_SWALLOWED",
                "[Exec]|User=root # admin; 2; COMMENT_IN_VALUE",
                "[Files]|Bind=/srv/%i:/srv; 2; PERCENT_LITERAL",
                "[Files]|Bind=$HOME:/srv; 2; DOLLAR_LITERAL",
                "[Files]|Bind=a:/b; 2; SOURCE_RELATIVE",
                "[Files]|Bind=/dev/kvm; 2; DEVICE_NOT_ALLOWED",
                "[Files]|Bind=/a:/b:bogus; 2; BIND_OPTION_UNKNOWN",
                "[Exec]|PrivateUsers=no|[Files]|BindReadOnly=/a:/b:idmap; 4; BIND_MAPPING_WITHOUT_PRIVATE_USERS",
                "# nothing; 0; FILE_EMPTY",
            })
    void aFindingHasALineAndARemedy(String file, int line, Code code) {
        assertThat(lint(257, file.replace('|', '\n') + "\n")).as(file).anySatisfy(finding -> {
            assertThat(finding.code()).isEqualTo(code);
            assertThat(finding.line()).isEqualTo(line);
            assertThat(finding.remedy()).isNotEmpty();
            assertThat(finding.severity()).isEqualTo(Diagnostic.Severity.REGRETTED);
        });
    }

    @Test
    void whatStartsNeedsNoLint() {
        assertThat(lint(257, "[Exec]\nBoot=no\nCapability=CAP_BPF\nAmbientCapability=CAP_BPF CAP_NET_ADMIN\n"))
                .isEmpty();
        assertThat(lint(257, "[Exec]\nPrivateUsers=1:1\n[Files]\nPrivateUsersOwnership=off\nBind=/a:/\n"))
                .isEmpty();
    }

    @Test
    void theVersionCounts() {
        String owner = "[Files]\nBind=/a:/b:owneridmap\n";
        assertThat(lint(255, owner)).extracting(Diagnostic::code).containsExactly(Code.BIND_OPTION_UNKNOWN);
        assertThat(lint(256, owner)).isEmpty();

        assertThat(lint(260, "[Exec]\nBoot=yes\n")).isEmpty();
        assertThat(lint(261, "[Exec]\nBoot=yes\n"))
                .extracting(Diagnostic::code)
                .containsExactly(Code.ADDRESS_FAMILIES_UNSET);

        String delegate = """
                        [Exec]
                        PrivateUsers=pick
                        PrivateUsersDelegate=2
                        RestrictAddressFamilies=none
                        [Files]
                        PrivateUsersOwnership=auto
                        BindUserShell=yes
                        [Network]
                        NamespacePath=/a
                        Bridge=b
                        """;
        assertThat(lint(262, delegate))
                .extracting(Diagnostic::code)
                .containsExactlyInAnyOrder(
                        Code.DELEGATE_WITHOUT_MANAGED, Code.SHELL_WITHOUT_USER, Code.NAMESPACE_WITH_LINKS);
        assertThat(lint(262, """
                        [Exec]
                        RestrictAddressFamilies=none
                        PrivateUsers=managed
                        [Files]
                        PrivateUsersOwnership=auto
                        [Network]
                        Private=no
                        VirtualEthernet=no
                        """)).extracting(Diagnostic::code).contains(Code.MANAGED_WITHOUT_PRIVATE_NETWORK);
        assertThat(lint(252, "[Exec]\nPrivateUsers=no\n[Files]\nBindUser=u\n"))
                .extracting(Diagnostic::code)
                .containsExactly(Code.BIND_USER_WITHOUT_PRIVATE_USERS);
    }

    @Test
    void aFileThatIsNotTrustedLosesWhatIsPrivileged() {
        SettingsReading reading = SettingsReader.forVersion(257)
                .read("[Exec]\nBoot=yes\nCapability=CAP_BPF\nSystemCallFilter=~read\n[Files]\nBind=/a\n");

        assertThat(SettingsLint.of(reading, false))
                .filteredOn(d -> d.code() == Code.NOT_TRUSTED)
                .extracting(Diagnostic::line)
                .containsExactly(3, 6);
        assertThat(SettingsLint.of(reading, true)).isEmpty();
    }

    @Test
    void whatTheBuilderMakesNeedsNoLint() {
        NspawnSettings settings = SettingsBuilder.forVersion(257)
                .boots(List.of())
                .users(UserNamespace.pick(), Ownership.AUTO)
                .network(NetworkMode.veth().publish(PublishedPort.tcp(80, 80)).build())
                .build();

        assertThat(lint(257, SettingsWriter.forVersion(257).write(settings).text()))
                .isEmpty();
    }
}
